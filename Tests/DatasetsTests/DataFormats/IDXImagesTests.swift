import Formats
import Samples
import TestSupport
import Testing

@testable import Datasets

@Suite struct IDXImagesTests {
    private let small = SmallMNIST()

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

    @Test func testHalfNeedsNoTrainingFiles() throws {
        let folder = try TemporaryFolder()
        for file in small.files.suffix(2) { try folder.write(file.name, file.bytes) }
        let test = try #require(images(try DataFolder.loadTest(folder.path, for: .mnist)))
        #expect(test.labels == small.testLabels.map { Int32($0) })
        let error = #expect(throws: FileError.self) { try DataFolder.load(folder.path) }
        #expect(error?.kind == .missing)
        #expect(error?.reason == "found no train-images-idx3-ubyte, train-labels-idx1-ubyte")
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
            let error = #expect(throws: FileError.self) { try DataFolder.load(path) }
            #expect(error?.kind == .missing && error?.path == path)
            #expect(error?.description.contains(words) == true, "\(error?.description ?? "")")
        }
    }

    static let bad: [(String, [UInt8], String)] = [
        (
            "t10k-images-idx3-ubyte", idx([2, 28, 27], [UInt8](repeating: 0, count: 2 * 28 * 27)),
            "expected images of [28, 28], as in "
        ),
        ("t10k-images-idx3-ubyte", idx([1568], [UInt8](repeating: 0, count: 1568)), "found shape [1568]"),
        (
            "train-labels-idx1-ubyte", idx([3, 2], [1, 2, 3, 4, 5, 6]),
            "expected one label for each image, found shape [3, 2]"
        ),
        (
            "train-labels-idx1-ubyte", idx([2], [1, 2]),
            "expected as many images as labels, found 3 images here and 2 labels in"
        ),
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
        let error = #expect(throws: FileError.self) { try DataFolder.load(folder.path) }
        #expect(error?.kind == .malformed)
        #expect(error?.description.contains(message) == true, "\(error?.description ?? "")")
        #expect(error?.description.contains(name) == true, "\(error?.description ?? "")")
    }

    static let shapes: [(name: String, shape: [Int], input: [Int])] = [
        ("images-idx3-ubyte", [20, 20], [20, 20]), ("images-idx4-ubyte", [3, 4, 5], [3, 4, 5]),
        ("images-idx4-ubyte.gz", [1, 4, 5], [4, 5]), ("images.idx2-ubyte", [7], [7]),
        ("images-idx3-ubyte", [2, 3, 3], [2, 3, 3]),
    ]

    /// Whatever the size of the images, and however many classes the labels show.
    @Test(arguments: shapes.indices)
    func readsOtherSizesAndClassCounts(index: Int) throws {
        let (name, shape, input) = Self.shapes[index]
        let folder = try TemporaryFolder()
        let pixels = (0..<4 * shape.reduce(1, *)).map { UInt8(truncatingIfNeeded: $0 * 7) }
        for (prefix, labels) in [("train", [0, 46, 3, 3] as [UInt8]), ("t10k", [1, 2, 46, 45])] {
            let file = idx([4] + shape, pixels)
            try folder.write("\(prefix)-\(name)", name.hasSuffix(".gz") ? gzipped(file) : file)
            try folder.write("\(prefix)-labels-idx1-ubyte", idx([4], labels))
        }
        let (train, test) = try DataFolder.load(folder.path)
        let expected = SampleShape(input: input, target: .classes(47))
        #expect(
            images(train) == ImageSet(shape: expected, pixels: pixels, labels: [0, 46, 3, 3]))
        #expect(
            images(test) == ImageSet(shape: expected, pixels: pixels, labels: [1, 2, 46, 45]))
    }

    /// The largest label may stand in either half; who sees the test half alone goes by what the network was made for.
    @Test func classesAreThoseOfBothHalves() throws {
        for largest in [0, 1] {
            let folder = try TemporaryFolder()
            for (half, prefix) in ["train", "t10k"].enumerated() {
                try folder.write("\(prefix)-images-idx3-ubyte", idx([2, 1, 2], [1, 2, 3, 4]))
                try folder.write(
                    "\(prefix)-labels-idx1-ubyte", idx([2], [0, half == largest ? 255 : 1]))
            }
            let (train, test) = try DataFolder.load(folder.path)
            #expect(train.shape == test.shape && train.shape.classes == 256)
            let small = SampleShape(input: [1, 2], target: .classes(3))
            #expect(try DataFolder.loadTest(folder.path, for: small).shape.classes == 256)
        }
        let folder = try TemporaryFolder()
        try folder.write("t10k-images-idx3-ubyte", idx([2, 1, 2], [1, 2, 3, 4]))
        try folder.write("t10k-labels-idx1-ubyte", idx([2], [0, 6]))
        for (classes, found) in [(3, 7), (47, 47)] {
            let shape = SampleShape(input: [1, 2], target: .classes(classes))
            #expect(try DataFolder.loadTest(folder.path, for: shape).shape.classes == found)
        }
    }

    @Test func oneClassIsNothingToLearn() throws {
        let folder = try TemporaryFolder()
        for prefix in ["train", "t10k"] {
            try folder.write("\(prefix)-images-idx3-ubyte", idx([2, 1, 2], [1, 2, 3, 4]))
            try folder.write("\(prefix)-labels-idx1-ubyte", idx([2], [0, 0]))
        }
        #expect(loadingError(folder.path).contains("expected at least 2 classes, found only the label 0"))
    }
}
