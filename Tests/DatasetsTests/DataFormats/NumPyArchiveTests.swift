import Formats
import Samples
import TestSupport
import Testing

@testable import Datasets

@Suite struct NumPyArchiveTests {
    private let small = SmallMNIST()

    @Test(arguments: [0, 8] as [UInt16])
    func readsMNIST(method: UInt16) throws {
        let folder = try TemporaryFolder()
        try folder.write("mnist.npz", small.npz(method: method))
        try small.check(folder)
    }

    @Test func channelsComeFirst() throws {
        let folder = try TemporaryFolder()
        // Value = 100 · image + 10 · pixel + channel, channels last.
        func pixels(_ images: Range<Int>) -> [UInt8] {
            images.flatMap { image in
                (0..<6).flatMap { pixel in (0..<3).map { UInt8(100 * image + 10 * pixel + $0) } }
            }
        }
        let train = (npy([2, 2, 3, 3], pixels(0..<2)), npy("<i8", [2, 1], [0, 3] as [Int64]))
        let test = (npy([1, 2, 3, 3], pixels(1..<2)), npy("<i4", [1], [1] as [Int32]))
        try folder.write("colours.npz", archive(train, test))
        let halves = try DataFolder.load(folder.path)
        #expect(halves.train.shape == SampleShape(input: [3, 2, 3], target: .classes(4)))
        #expect(halves.test.shape == halves.train.shape)
        let first = [0, 10, 20, 30, 40, 50, 1, 11, 21, 31, 41, 51, 2, 12, 22, 32, 42, 52].map { UInt8($0) }
        #expect(images(halves.train)?.pixels == first + first.map { $0 + 100 })
        #expect(images(halves.train)?.labels == [0, 3])
        #expect(images(halves.test)?.pixels == first.map { $0 + 100 })
    }

    @Test func oneChannelIsNone() throws {
        let folder = try TemporaryFolder()
        let half = (npy([2, 2, 3, 1], Array(0..<12)), npy([2], [0, 1]))
        try folder.write("a.npz", archive(half, half))
        let train = try DataFolder.load(folder.path).train
        #expect(train.shape.input == [2, 3] && images(train)?.pixels == Array(0..<12))
    }

    @Test func readsFeaturesAndManyClasses() throws {
        let folder = try TemporaryFolder()
        let labels = [0, 65_535, 300] as [Int32]
        let train = (npy([3, 2], Array(0..<6)), npy("<i4", [3], labels))
        try folder.write("mnist.npz", archive(train, (npy([1, 2], [7, 8]), npy([1], [5]))))
        try folder.write("other.npz", [1, 2, 3])
        let halves = try DataFolder.load(folder.path)
        #expect(halves.train.shape == SampleShape(input: [2], target: .classes(65_536)))
        #expect(images(halves.train)?.labels == labels)
        let sample = halves.train.sample(1)
        #expect(sample.input == [2.0 / 255, 3.0 / 255] && sample.labels == [65_535] && sample.numbers == [])
        #expect(dataDigest(train: halves.train, test: halves.test).count == 64)
        let shape = SampleShape(input: [2], target: .classes(7))
        #expect(try DataFolder.loadTest(folder.path, for: shape).shape.classes == 65_536)
    }

    static let bad: [(train: (x: [UInt8], y: [UInt8]), sentence: String)] = [
        ((npy([0, 2], []), npy([2], [0, 1])), "expected as many images as labels, found 0 images here"),
        ((npy([0, 2], []), npy([0], [])), "expected 1 to 2147483647 images, found 0"),
        ((npy([2, 0], []), npy([2], [0, 1])), "expected no size of 0, found shape [2, 0]"),
        ((npy([2], [1, 2]), npy([2], [0, 1])), "expected images of [count, rows, columns]"),
        ((npy([2, 1, 1, 1, 1], [1, 2]), npy([2], [0, 1])), "expected images of [count, rows, columns]"),
        ((npy([2, 2], [1, 2, 3, 4]), npy([2, 2], [0, 1, 0, 1])), "expected one label for each image"),
        (
            (npy([2, 2], [1, 2, 3, 4]), npy("<i4", [2], [0, -1] as [Int32])),
            "expected values 0...65535, found -1"
        ),
        (
            (npy([2, 2], [1, 2, 3, 4]), npy("<i8", [2], [0, 65_536] as [Int64])),
            "expected values 0...65535, found 65536 at index 1"
        ),
        ((npy("<f4", [2, 1], [0, 0] as [Int32]), npy([2], [0, 1])), "expected integers (descr '|u1'"),
        (
            (npy("<i2", [2, 1], [0, 256] as [Int16]), npy([2], [0, 1])), "expected values 0...255, found 256"
        ),
        // Sizes of which no product can be taken, and which would take for ever to walk through.
        ((npy([1 << 40, 0, 5, 3], []), npy([2], [0, 1])), "expected as many images as labels"),
        ((npy([0, 1 << 40, 1 << 40, 3], []), npy([2], [0, 1])), "found 0 images here"),
        ((npy([2, 3], Array(0..<6)), npy([2], [0, 1])), "expected images of [3], as in"),
    ]

    @Test(arguments: bad.indices)
    func refusesWhatIsNoDataSet(index: Int) throws {
        let folder = try TemporaryFolder()
        let (train, sentence) = Self.bad[index]
        try folder.write("a.npz", archive(train, (npy([2, 2], [1, 2, 3, 4]), npy([2], [0, 1]))))
        let message = loadingError(folder.path)
        #expect(message.contains(sentence), "\(message)")
    }

    @Test func namesTheArrayThatIsWrong() throws {
        let folder = try TemporaryFolder()
        let path = try folder.write("mnist.npz", small.npz(method: 8, xTest: npy([0, 28, 28], [])))
        let error = #expect(throws: FileError.self) { try DataFolder.loadTest(folder.path, for: .mnist) }
        #expect(
            error?.reason
                == "expected as many images as labels, found 0 images here and 2 labels in \(path)(y_test.npy)"
        )
        #expect(error?.path == "\(path)(x_test.npy)")
    }

    @Test func severalArchivesAreAQuestion() throws {
        let folder = try TemporaryFolder()
        for name in ["a.npz", "b.npz"] { try folder.write(name, small.npz(method: 0)) }
        #expect(loadingError(folder.path).contains("expected one archive, found a.npz, b.npz; leave one"))
    }
}
