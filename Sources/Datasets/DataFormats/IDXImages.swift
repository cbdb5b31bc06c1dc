import Formats
import Samples

/// Images and labels in IDX files under MNIST's names, plain or gzip, also in torchvision's layout below the folder
/// (`MNIST/raw`): MNIST itself, Fashion-MNIST, EMNIST, or any other.
///
/// Images are `[count, rows, columns]`, `[count, channels, rows, columns]` or `[count, features]`, labels `[count]`. The
/// classes go from 0 to the largest label of both halves.
struct IDXImages: DataFormat {
    var contents: String {
        DataHalf.all.flatMap { [Self.imageNames($0)[0], Self.labelName($0)] }.joined(separator: ", ")
            + ", plain or .gz"
    }

    func search(_ folder: String, for halves: [DataHalf]) -> DataSearch {
        var lacking: [String]?
        for place in [folder, folder + "/MNIST/raw"] {
            let files = IDXFiles(in: place)
            let missing = files.missing(halves)
            if missing.isEmpty { return .found(files) }
            if missing.count < min(2 * halves.count, lacking?.count ?? .max) { lacking = missing }
        }
        return lacking.map { .incomplete(missing: $0) } ?? .absent
    }

    /// The names a file of images may have: MNIST's own first. What is in it, it tells itself.
    static func imageNames(_ half: DataHalf) -> [String] {
        [3, 4, 2].map { "\(half.idxPrefix)-images-idx\($0)-ubyte" }
    }

    static func labelName(_ half: DataHalf) -> String { "\(half.idxPrefix)-labels-idx1-ubyte" }
}

extension DataHalf {
    static let all = [DataHalf.train, .test]

    /// How the names of MNIST's files start.
    fileprivate var idxPrefix: String { self == .train ? "train" : "t10k" }
}

/// The files of one folder.
private struct IDXFiles: DataFiles {
    private let images, labels: [DataHalf: String]

    init(in folder: String) {
        var (images, labels): ([DataHalf: String], [DataHalf: String]) = ([:], [:])
        for half in DataHalf.all {
            images[half] = Self.path(of: IDXImages.imageNames(half), in: folder)
            labels[half] = Self.path(of: [IDXImages.labelName(half)], in: folder)
        }
        (self.images, self.labels) = (images, labels)
    }

    /// The first file that is there: plain before gzip, `train-images-idx3-ubyte` before `train-images.idx3-ubyte`.
    private static func path(of names: [String], in folder: String) -> String? {
        names.flatMap { name in
            let type = name.suffix("idx3-ubyte".count)
            let dotted = "\(name.dropLast(type.count + 1)).\(type)"
            return [name, dotted, name + ".gz", dotted + ".gz"]
        }.map { "\(folder)/\($0)" }.first(where: Files.isRegularFile)
    }

    func missing(_ halves: [DataHalf]) -> [String] {
        halves.flatMap { half in
            (images[half] == nil ? [IDXImages.imageNames(half)[0]] : [])
                + (labels[half] == nil ? [IDXImages.labelName(half)] : [])
        }
    }

    func load(_ halves: [DataHalf], classes: Int?) throws(FileError) -> [any SampleSource] {
        var arrays: [LabelledArrays] = []
        for half in halves {
            guard let images = images[half], let labels = labels[half] else { continue }
            let pixels = try IDX.read(images)
            arrays.append(
                try LabelledArrays(
                    images: FileArray(path: images, shape: pixels.shape, values: pixels.bytes),
                    labels: try Self.labels(labels)))
        }
        var known = classes ?? 0
        if !halves.contains(.train), let path = labels[.train] {
            known = Int(try Self.labels(path).values.max() ?? 0) + 1
        }
        return try LabelledArrays.samples(arrays, classes: known)
    }

    private static func labels(_ path: String) throws(FileError) -> FileArray<Int32> {
        let array = try IDX.read(path)
        try FileError.requireMemory(array.bytes.count * MemoryLayout<Int32>.size, path, "for its labels")
        return FileArray(path: path, shape: array.shape, values: array.bytes.map { Int32($0) })
    }
}
