import Formats
import TestSupport
import Testing

@testable import Datasets

/// A data set in small: three training images, two test images.
private struct Small {
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
        let (train, test) = try MNIST.load(folder: folder.path)
        let expected = (
            train: ImageSet(rows: 28, columns: 28, pixels: trainPixels, labels: trainLabels),
            test: ImageSet(rows: 28, columns: 28, pixels: testPixels, labels: testLabels)
        )
        #expect(train == expected.train && test == expected.test, sourceLocation: sourceLocation)
        #expect(train.count == 3 && test.count == 2, sourceLocation: sourceLocation)
        #expect(try MNIST.loadTest(folder: folder.path) == test, sourceLocation: sourceLocation)
        // Python: sha256 of pack("<QQQ", count, 28, 28) + pixels + labels, train then test.
        let fingerprint = "0f8af530f6fdfded90ae45f71c3a1c0e4bf7d685f7f0edc5cebe7537f3d76500"
        #expect(MNIST.fingerprint(train: train, test: test) == fingerprint, sourceLocation: sourceLocation)
    }
}

@Suite struct MNISTTests {
    private let small = Small()

    @Test func readsPlainFiles() throws {
        try small.check(small.folder())
    }

    @Test(arguments: ["-", "."])
    func readsGzipUnderAnyName(separator: String) throws {
        let folder = try TemporaryFolder()
        for (index, file) in small.files.enumerated() {
            let name = file.name.split(separator: "-idx").joined(separator: separator + "idx")
            // Some unpack on the way without renaming, some rename without unpacking.
            try folder.write(
                index % 2 == 0 ? name + ".gz" : name, index < 2 ? gzipped(file.bytes) : file.bytes)
        }
        try small.check(folder)
    }

    @Test func readsTorchvisionLayout() throws {
        let folder = try TemporaryFolder()
        for file in small.files {
            try folder.write("MNIST/raw/\(file.name)", file.bytes)
            try folder.write("MNIST/raw/\(file.name).gz", gzipped(file.bytes))
        }
        try small.check(folder)
    }

    @Test(arguments: [0, 8] as [UInt16])
    func readsNPZ(method: UInt16) throws {
        let folder = try TemporaryFolder()
        try folder.write("mnist.npz", small.npz(method: method))
        try small.check(folder)
    }

    @Test func testHalfNeedsNoTrainingFiles() throws {
        let folder = try TemporaryFolder()
        for file in small.files.suffix(2) { try folder.write(file.name, file.bytes) }
        #expect(try MNIST.loadTest(folder: folder.path).labels == small.testLabels)
        let error = #expect(throws: FileError.self) { try MNIST.load(folder: folder.path) }
        #expect(error?.kind == .missing)
        #expect(
            error?.reason
                == "expected train-images-idx3-ubyte, train-labels-idx1-ubyte, t10k-images-idx3-ubyte, "
                + "t10k-labels-idx1-ubyte (plain or .gz) or mnist.npz; "
                + "found no train-images-idx3-ubyte, train-labels-idx1-ubyte")
        #expect(
            error?.advice == "run scripts/fetch-mnist \(folder.path), or pass --data with another folder")
    }

    @Test func namesWhatAMissingFolderShouldHold() throws {
        let folder = try TemporaryFolder()
        let file = try folder.write("file", [])
        for (path, words) in [
            (folder.path, "found none of them"),
            (folder.path + "/no", "no such folder; expected train-images"),
            (file, "expected a folder, found a file; expected train-images"),
        ] {
            let error = #expect(throws: FileError.self) { try MNIST.load(folder: path) }
            #expect(error?.kind == .missing && error?.path == path)
            #expect(error?.description.contains(words) == true, "\(error?.description ?? "")")
        }
    }

    static let bad: [(String, [UInt8], String)] = [
        (
            "train-images-idx3-ubyte", idx([3, 28, 27], [UInt8](repeating: 0, count: 3 * 28 * 27)),
            "expected images of 28×28, found shape [3, 28, 27]"
        ),
        ("t10k-images-idx3-ubyte", idx([1568], [UInt8](repeating: 0, count: 1568)), "found shape [1568]"),
        (
            "train-labels-idx1-ubyte", idx([3, 1], [1, 2, 3]),
            "expected one label for each image, found shape [3, 1]"
        ),
        (
            "train-labels-idx1-ubyte", idx([2], [1, 2]),
            "expected as many images as labels, found 3 images here and 2 labels in"
        ),
        ("train-labels-idx1-ubyte", idx([3], [0, 10, 11]), "expected labels 0...9, found 10 at index 1"),
        ("t10k-labels-idx1-ubyte", Array("<html>".utf8), "the download returned a web page"),
        ("t10k-images-idx3-ubyte", Array(gzipped(idx([1], [1])).dropLast(9)), "gzip data is cut short"),
        (
            "train-images-idx3-ubyte", idx([3, 28, 28], [1, 2]),
            "cut short: expected 2352 bytes after the header"
        ),
    ]

    @Test(arguments: bad)
    func refusesBadFiles(name: String, bytes: [UInt8], message: String) throws {
        let folder = try small.folder(replacing: name, with: bytes)
        let error = #expect(throws: FileError.self) { try MNIST.load(folder: folder.path) }
        #expect(error?.kind == .malformed)
        #expect(error?.description.contains(message) == true, "\(error?.description ?? "")")
        #expect(error?.description.contains(name) == true, "\(error?.description ?? "")")
    }

    @Test func refusesBadNPZ() throws {
        let folder = try TemporaryFolder()
        let path = try folder.write("mnist.npz", small.npz(method: 8, xTest: npy([0, 28, 28], [])))
        let error = #expect(throws: FileError.self) { try MNIST.loadTest(folder: folder.path) }
        #expect(
            error?.reason
                == "expected as many images as labels, found 0 images here and 2 labels in \(path)(y_test.npy)"
        )
        #expect(error?.path == "\(path)(x_test.npy)")
    }

    @Test func pixelsMustFitTheLabels() async {
        await #expect(processExitsWith: .failure) {
            _ = ImageSet(rows: 2, columns: 2, pixels: [1, 2, 3], labels: [0])
        }
    }

    @Test func fingerprintTellsImagesApart() {
        let set = ImageSet(rows: 1, columns: 2, pixels: [1, 2, 3, 4], labels: [0, 1])
        let others = [
            ImageSet(rows: 2, columns: 1, pixels: [1, 2, 3, 4], labels: [0, 1]),
            ImageSet(rows: 1, columns: 2, pixels: [1, 2, 3, 5], labels: [0, 1]),
            ImageSet(rows: 1, columns: 2, pixels: [1, 2, 3, 4], labels: [0, 2]),
            ImageSet(rows: 1, columns: 1, pixels: [1, 2, 3, 4], labels: [0, 1, 0, 1]),
        ]
        #expect(Set((others + [set]).map(\.fingerprint)).count == 5)
    }
}
