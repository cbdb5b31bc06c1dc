import Formats
import Samples

/// A NumPy archive as Keras publishes MNIST, `mnist.npz`, or the only `.npz` of the folder: `x_train`, `y_train`, `x_test`
/// and `y_test`.
///
/// Images are bytes: `[count, rows, columns]`, `[count, rows, columns, channels]` (channels last, as in Keras) or
/// `[count, features]`; labels are integers, `[count]` or `[count, 1]`. The classes go from 0 to the largest label of both
/// halves.
struct NumPyArchive: DataFormat {
    var contents: String { "mnist.npz or another archive of x_train, y_train, x_test, y_test" }

    func search(_ folder: String, for halves: [DataHalf]) throws(FileError) -> DataSearch {
        let names = try Files.list(folder).filter { $0.hasSuffix(".npz") }
        guard let name = names.contains("mnist.npz") ? "mnist.npz" : names.first else { return .absent }
        guard names.count == 1 || name == "mnist.npz" else {
            throw FileError(
                .malformed, folder, "expected one archive, found \(names.joined(separator: ", "))",
                advice: "leave one of them there")
        }
        let path = "\(folder)/\(name)"
        return .found(NumPyFiles(path: path, archive: try NPZ(path: path)))
    }
}

/// The arrays of an archive.
private struct NumPyFiles: DataFiles {
    let path: String
    let archive: NPZ

    func load(_ halves: [DataHalf], classes: Int?) throws(FileError) -> [any SampleSource] {
        var arrays: [LabelledArrays] = []
        for half in halves {
            let name = "x_\(half.arraySuffix)"
            let images: NPY<UInt8> = try archive.array(named: name)
            arrays.append(
                try LabelledArrays(
                    images: try Self.channelsFirst(
                        FileArray(path: "\(path)(\(name).npy)", shape: images.shape, values: images.values)),
                    labels: try labels(half)))
        }
        var known = classes ?? 0
        if !halves.contains(.train), archive.names.contains("y_train") {
            known = Int(try labels(.train).values.max() ?? 0) + 1
        }
        return try LabelledArrays.samples(arrays, classes: known)
    }

    private func labels(_ half: DataHalf) throws(FileError) -> FileArray<Int32> {
        let name = "y_\(half.arraySuffix)"
        let array: NPY<Int32> = try archive.array(
            named: name, maximum: Int32(SampleShape.classRange.upperBound - 1))
        return FileArray(path: "\(path)(\(name).npy)", shape: array.shape, values: array.values)
    }

    /// `[count, rows, columns, channels] → [count, channels, rows, columns]`; others stay as they are.
    private static func channelsFirst(_ array: FileArray<UInt8>) throws(FileError) -> FileArray<UInt8> {
        // What is empty is refused later, and its sizes may be beyond all measure.
        guard array.shape.count == 4, !array.values.isEmpty else { return array }
        try FileError.requireMemory(array.values.count, array.path, "to rearrange it")
        let (rows, columns, channels) = (array.shape[1], array.shape[2], array.shape[3])
        let size = rows * columns * channels
        let values = [UInt8](unsafeUninitializedCapacity: array.values.count) { target, count in
            count = array.values.count
            for (place, value) in array.values.enumerated() {
                let (image, rest) = place.quotientAndRemainder(dividingBy: size)
                let (pixel, channel) = rest.quotientAndRemainder(dividingBy: channels)
                target[image * size + channel * rows * columns + pixel] = value
            }
        }
        return FileArray(
            path: array.path, shape: [array.shape[0], channels, rows, columns], values: values)
    }
}

extension DataHalf {
    /// How the names of the arrays end.
    fileprivate var arraySuffix: String { self == .train ? "train" : "test" }
}
