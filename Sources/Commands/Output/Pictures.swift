import Formats
import NN
import Reports
import Runs
import TensorEngine
import Training

/// The pictures of a model at work, each with the name of its file.
struct Pictures {
    /// The most maps, filters and hidden units that one picture has room for.
    private static let (mapLimit, filterLimit, unitLimit) = (20, 128, 800)

    private(set) var named: [(name: String, png: PNG)]
    private let model: String
    /// The image, in words.
    private let subject: String

    init(of shown: IllustratedImage) {
        model = shown.model
        func name(_ label: Int) -> String { shown.classNames?[label] ?? "\(label)" }
        let label = shown.label.map { ": a \(name($0))" } ?? ""
        let result = shown.prediction.map { ", recognised as \(name($0))" } ?? ""
        subject = "test image \(shown.index)\(label)\(result)"
        let digit = MapFigure(
            captions: ["Input", subject], map: Self.map(shown.image.values, shown.image.shape),
            scale: GrayScale(black: 0, white: 1), columnTitle: "column", rowTitle: "row")
        named = [("digit", digit.png)]
        named += shown.illustrations.map { ($0.fileName, picture(of: $0)) }
    }

    /// Writes the pictures into a folder, which is made where it is not there yet.
    ///
    /// - Returns: the files' paths.
    /// - Throws: `FileError.cannotCreate` before anything is written if one of them is there already.
    func publish(in folder: String) throws(FileError) -> [String] {
        let paths = named.map { "\(folder)/\($0.name).png" }
        if let path = paths.first(where: Files.exists) {
            throw FileError(
                .cannotCreate, path, "is there already and would be overwritten",
                advice: "choose another --out, or remove it")
        }
        try Files.createDirectory(folder)
        for (path, picture) in zip(paths, named) { try Files.publish(path, picture.png.encoded) }
        return paths
    }

    private func picture(of illustration: Illustration) -> PNG {
        let shape = illustration.tensor.shape
        let values = illustration.tensor.values
        func captions(_ noun: String, _ shown: Int, _ all: Int, _ note: String) -> [String] {
            let count = shown < all ? "the first \(shown) of \(all)" : "\(all)"
            return ["\(illustration.title): \(count) \(noun)", "\(model), \(note)"]
        }
        switch illustration.content {
        case .featureMaps, .pooledMaps:
            let maps = Self.maps(values, Array(shape[1...]), limit: Self.mapLimit)
            return GridFigure(
                captions: captions("maps", maps.count, shape[1], subject), maps: maps, scale: .fromZero(maps)
            ).png
        case .filters:
            let maps = Self.maps(values, shape, limit: Self.filterLimit)
            return GridFigure(
                captions: captions("filters", maps.count, shape[0], "black is negative, white is positive"),
                maps: maps, scale: .symmetric(maps)
            ).png
        case .pictures:
            let maps = Self.maps(values, shape, limit: Self.mapLimit)
            return GridFigure(
                captions: ["\(illustration.title)", model], maps: maps, scale: GrayScale(black: 0, white: 1)
            ).png
        case .states:
            let (time, hidden) = (shape[1], shape[2])
            let units = min(hidden, Self.unitLimit)
            let shown = (0..<time).flatMap { values[$0 * hidden..<$0 * hidden + units] }
            return MapFigure(
                captions: captions("units", units, hidden, subject), map: Self.map(shown, [time, units]),
                scale: GrayScale(black: -1, white: 1), columnTitle: "hidden unit", rowTitle: "time step"
            ).png
        }
    }

    /// The first matrices of `[count, rows, columns]`.
    private static func maps(_ values: [Float], _ shape: [Int], limit: Int) -> [GrayMap] {
        let size = shape[1] * shape[2]
        return (0..<min(limit, shape[0])).map { map(values[$0 * size..<($0 + 1) * size], Array(shape[1...])) }
    }

    private static func map(_ values: some Sequence<Float>, _ shape: [Int]) -> GrayMap {
        GrayMap(rows: shape[0], columns: shape[1], values: values)
    }
}

extension Illustration {
    /// What a picture's file is called, such as `conv1-maps`.
    var fileName: String {
        switch content {
        case .featureMaps: "\(layer)-maps"
        case .pooledMaps: "\(layer)-pooled"
        case .filters: "\(layer)-filters"
        case .states: "\(layer)-output"
        case .pictures: "generated"
        }
    }

    var title: String {
        switch content {
        case .featureMaps: "\(layer) feature maps"
        case .pooledMaps: "\(layer) feature maps after pooling"
        case .filters: "\(layer) weights"
        case .states: "\(layer) output over time"
        case .pictures: "generated pictures"
        }
    }
}
