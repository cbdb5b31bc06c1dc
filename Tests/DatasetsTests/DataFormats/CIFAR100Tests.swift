import Formats
import Samples
import TestSupport
import Testing

@testable import Datasets

@Suite struct CIFAR100Tests {
    private static let names = (0..<100).map { "thing_\($0)" }

    /// Record `number`: a coarse label, its number as the fine one, and bytes that follow from number and place.
    private static func record(_ number: Int) -> [UInt8] {
        [UInt8(number % 20), UInt8(number)] + (0..<3072).map { UInt8(truncatingIfNeeded: $0 * 7 + number) }
    }

    private func write(
        into folder: TemporaryFolder, below place: String = "", replacing name: String? = nil,
        with bytes: [UInt8]? = nil
    ) throws {
        let files = [
            ("train.bin", Self.record(99) + Self.record(0) + Self.record(42)),
            ("test.bin", Self.record(7) + Self.record(21)),
            ("fine_label_names.txt", Array((Self.names.joined(separator: "\n") + "\n").utf8)),
        ]
        for (file, content) in files {
            if file == name, bytes == nil { continue }
            try folder.write(place + file, file == name ? bytes ?? [] : content)
        }
    }

    @Test(arguments: ["", "cifar-100-binary/"])
    func readsTheFineLabels(place: String) throws {
        let folder = try TemporaryFolder()
        try write(into: folder, below: place)
        let (train, test) = try DataFolder.load(folder.path)
        #expect(
            train.shape
                == SampleShape(input: [3, 32, 32], target: .classes(100), classNames: Self.names))
        #expect(test.shape == train.shape)
        #expect(images(train)?.labels == [99, 0, 42] && images(test)?.labels == [7, 21])
        #expect(train.sample(2).input == Self.record(42).dropFirst(2).map { Float($0) / 255 })
        #expect(images(try DataFolder.loadTest(folder.path, for: .mnist)) == images(test))
    }

    /// Its names are of the plainest: whatever else is in the folder is looked for first.
    @Test func otherFormatsComeFirst() throws {
        let folder = try TemporaryFolder()
        try write(into: folder)
        try SmallCIFAR.write(into: folder)
        #expect(try DataFolder.load(folder.path).train.shape.classes == 10)
        let digits = try TemporaryFolder()
        let path = try digits.writeDigits()
        try folder.write("train.bin", [1, 2, 3])
        #expect(try DataFolder.load(path).train.shape == .mnist)
    }

    private static let bad: [(name: String, bytes: [UInt8]?, sentence: String)] = [
        ("test.bin", nil, "found no test.bin"),
        ("train.bin", Array("words".utf8), "expected records of 3074 bytes, found 5 bytes in all"),
        (
            "test.bin", record(3) + [1, 100] + record(3).dropFirst(2),
            "expected labels 0...99, found 100 in record 1"
        ),
        ("fine_label_names.txt", Array("cat\n".utf8), "expected the names of 100 classes, found 1"),
    ]

    @Test(arguments: bad.indices)
    func refusesDamagedFiles(index: Int) throws {
        let (name, bytes, sentence) = Self.bad[index]
        let folder = try TemporaryFolder()
        try write(into: folder, replacing: name, with: bytes)
        let message = loadingError(folder.path)
        #expect(message.contains(sentence) && message.contains(name), "\(message)")
    }
}
