import Samples
import TestSupport
import Testing

@testable import Datasets

/// MNIST in small: three training images, two test images.
struct SmallMNIST {
    let trainPixels = (0..<3 * 784).map { UInt8(truncatingIfNeeded: $0 / 3) }
    let testPixels = (0..<2 * 784).map { UInt8(truncatingIfNeeded: 255 - $0) }
    let trainLabels: [UInt8] = [5, 0, 9]
    let testLabels: [UInt8] = [7, 2]

    var files: [(name: String, bytes: [UInt8])] {
        [
            ("train-images-idx3-ubyte", idx([3, 28, 28], trainPixels)),
            ("train-labels-idx1-ubyte", idx([3], trainLabels)),
            ("t10k-images-idx3-ubyte", idx([2, 28, 28], testPixels)),
            ("t10k-labels-idx1-ubyte", idx([2], testLabels)),
        ]
    }

    func npz(method: UInt16, xTest: [UInt8]? = nil) -> [UInt8] {
        var zip = ZipWriter()
        zip.add("x_test.npy", xTest ?? npy([2, 28, 28], testPixels), method: method)
        zip.add("x_train.npy", npy([3, 28, 28], trainPixels), method: method)
        zip.add("y_train.npy", npy([3], trainLabels), method: method)
        zip.add("y_test.npy", npy([2], testLabels), method: method)
        return zip.bytes()
    }

    /// A folder with the IDX files, some replaced.
    func folder(replacing name: String? = nil, with bytes: [UInt8] = []) throws -> TemporaryFolder {
        let folder = try TemporaryFolder()
        for file in files { try folder.write(file.name, file.name == name ? bytes : file.bytes) }
        return folder
    }

    func check(_ folder: TemporaryFolder, sourceLocation: SourceLocation = #_sourceLocation) throws {
        let (train, test) = try DataFolder.load(folder.path)
        let expected = (
            train: ImageSet(shape: .mnist, pixels: trainPixels, labels: trainLabels.map { Int32($0) }),
            test: ImageSet(shape: .mnist, pixels: testPixels, labels: testLabels.map { Int32($0) })
        )
        #expect(images(train) == expected.train, sourceLocation: sourceLocation)
        #expect(images(test) == expected.test, sourceLocation: sourceLocation)
        #expect(train.count == 3 && test.count == 2, sourceLocation: sourceLocation)
        #expect(
            images(try DataFolder.loadTest(folder.path, for: .mnist)) == expected.test,
            sourceLocation: sourceLocation)
        // Python: sha256 of pack("<QQQ", count, 28, 28) + pixels + labels, train then test.
        let fingerprint = "0f8af530f6fdfded90ae45f71c3a1c0e4bf7d685f7f0edc5cebe7537f3d76500"
        #expect(dataDigest(train: train, test: test) == fingerprint, sourceLocation: sourceLocation)
    }
}

/// The set of images that a folder's half is.
func images(_ source: any SampleSource) -> ImageSet? { source as? ImageSet }

/// A NumPy array of `Int32` or `Int64`.
func npy<Value: FixedWidthInteger>(_ type: String, _ shape: [Int], _ values: [Value]) -> [UInt8] {
    let sizes = shape.map { "\($0)," }.joined()
    return npy(
        header: "{'descr': '\(type)', 'fortran_order': False, 'shape': (\(sizes)), }\n",
        values.flatMap { littleEndian($0) })
}

/// An archive of a training half and a test half.
func archive(_ train: (x: [UInt8], y: [UInt8]), _ test: (x: [UInt8], y: [UInt8])) -> [UInt8] {
    var zip = ZipWriter()
    for (name, bytes) in [
        ("x_train", train.x), ("y_train", train.y), ("x_test", test.x), ("y_test", test.y),
    ] {
        zip.add(name + ".npy", bytes)
    }
    return zip.bytes()
}

/// The failure to load a folder, which must be one.
func loadingError(_ folder: String, sourceLocation: SourceLocation = #_sourceLocation) -> String {
    let error = #expect(throws: (any Error).self, sourceLocation: sourceLocation) {
        try DataFolder.load(folder)
    }
    return error.map { "\($0)" } ?? ""
}
