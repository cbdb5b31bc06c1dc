import Formats
import Samples
import TestSupport
import Testing

@testable import Datasets

/// CIFAR-10 in small: two records a batch.
struct SmallCIFAR {
    static let names = [
        "airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck",
    ]

    /// Record `number`: its label is its number modulo 10, every byte follows from its number and place.
    static func record(_ number: Int) -> [UInt8] {
        [UInt8(number % 10)] + (0..<3072).map { UInt8(truncatingIfNeeded: $0 * 3 + number) }
    }

    static func write(
        into folder: TemporaryFolder, below place: String = "", replacing name: String? = nil,
        with bytes: [UInt8]? = nil
    ) throws {
        var files = (0..<5).map { ("data_batch_\($0 + 1).bin", record(2 * $0) + record(2 * $0 + 1)) }
        files.append(("test_batch.bin", record(11) + record(13)))
        files.append(("batches.meta.txt", Array((names.joined(separator: "\n") + "\n\n").utf8)))
        for (file, content) in files {
            if file == name, bytes == nil { continue }
            try folder.write(place + file, file == name ? bytes ?? [] : content)
        }
    }
}

@Suite struct CIFAR10Tests {
    @Test(arguments: ["", "cifar-10-batches-bin/"])
    func readsTheBatches(place: String) throws {
        let folder = try TemporaryFolder()
        try SmallCIFAR.write(into: folder, below: place)
        let (train, test) = try DataFolder.load(folder.path)
        #expect(
            train.shape
                == SampleShape(input: [3, 32, 32], target: .classes(10), classNames: SmallCIFAR.names))
        #expect(test.shape == train.shape && train.count == 10 && test.count == 2)
        #expect(images(train)?.labels == Array(0..<10))
        #expect(images(test)?.labels == [1, 3])
        for (source, number, record) in [(train, 3, 3), (test, 1, 13)] {
            let expected = SmallCIFAR.record(record).dropFirst().map { Float($0) / 255 }
            #expect(source.sample(number).input == expected)
        }
        let alone = try DataFolder.loadTest(folder.path, for: .mnist)
        #expect(images(alone) == images(test))
    }

    @Test func namesAreNotNeeded() throws {
        let folder = try TemporaryFolder()
        try SmallCIFAR.write(into: folder, replacing: "batches.meta.txt")
        #expect(try DataFolder.load(folder.path).train.shape.classNames == nil)
    }

    @Test func namesTheBatchThatIsMissing() throws {
        let folder = try TemporaryFolder()
        try SmallCIFAR.write(into: folder, replacing: "data_batch_4.bin")
        #expect(loadingError(folder.path).contains("found no data_batch_4.bin"))
    }

    static let bad: [(name: String, bytes: [UInt8], sentence: String)] = [
        ("data_batch_2.bin", [], "expected records of 3073 bytes, found 0 bytes in all"),
        (
            "test_batch.bin", SmallCIFAR.record(1) + [4],
            "expected records of 3073 bytes, found 3074 bytes in all"
        ),
        (
            "data_batch_5.bin", SmallCIFAR.record(1) + [10] + SmallCIFAR.record(1).dropFirst(),
            "expected labels 0...9, found 10 in record 1"
        ),
        ("batches.meta.txt", Array("cat\ndog\n".utf8), "expected the names of 10 classes, found 2"),
        ("batches.meta.txt", [0xFF, 0x0A], "expected the names of 10 classes, found 0"),
    ]

    @Test(arguments: bad.indices)
    func refusesDamagedFiles(index: Int) throws {
        let (name, bytes, sentence) = Self.bad[index]
        let folder = try TemporaryFolder()
        try SmallCIFAR.write(into: folder, replacing: name, with: bytes)
        let message = loadingError(folder.path)
        #expect(message.contains(sentence) && message.contains(name), "\(message)")
    }
}
