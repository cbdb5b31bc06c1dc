import Formats
import Samples

/// CIFAR-10's binary version (Krizhevsky 2009), in the folder or in `cifar-10-batches-bin` below it.
///
/// `data_batch_1.bin` to `data_batch_5.bin` and `test_batch.bin` are records of a label and 3×32×32 bytes, red, green and
/// blue one after the other; `batches.meta.txt`, where it is there, names the classes.
struct CIFAR10: DataFormat {
    static let input = [3, 32, 32]
    static let classes = 10
    /// Bytes of a label and an image.
    static let recordSize = 1 + 3 * 32 * 32

    var contents: String { "CIFAR-10's data_batch_1.bin to data_batch_5.bin and test_batch.bin" }

    func search(_ folder: String, for halves: [DataHalf]) -> DataSearch {
        let names = halves.flatMap(Self.names)
        var lacking: [String]?
        for place in [folder, folder + "/cifar-10-batches-bin"] {
            let missing = names.filter { !Files.isRegularFile("\(place)/\($0)") }
            if missing.isEmpty { return .found(CIFAR10Files(folder: place)) }
            if missing.count < min(names.count, lacking?.count ?? .max) { lacking = missing }
        }
        return lacking.map { .incomplete(missing: $0) } ?? .absent
    }

    static func names(_ half: DataHalf) -> [String] {
        half == .train ? (1...5).map { "data_batch_\($0).bin" } : ["test_batch.bin"]
    }
}

private struct CIFAR10Files: DataFiles {
    let folder: String

    func load(_ halves: [DataHalf], classes: Int?) throws(FileError) -> [any SampleSource] {
        let shape = SampleShape(
            input: CIFAR10.input, target: .classes(CIFAR10.classes), classNames: try classNames())
        var sets: [any SampleSource] = []
        for half in halves { sets.append(try images(half, shape)) }
        return sets
    }

    private func images(_ half: DataHalf, _ shape: SampleShape) throws(FileError) -> ImageSet {
        var (pixels, labels): ([UInt8], [Int32]) = ([], [])
        for name in CIFAR10.names(half) {
            let path = "\(folder)/\(name)"
            let records = try Files.read(path)
            guard !records.isEmpty, records.count % CIFAR10.recordSize == 0 else {
                throw malformed(
                    path,
                    "expected records of \(CIFAR10.recordSize) bytes, found \(records.count) bytes in all")
            }
            try FileError.requireMemory(2 * pixels.count + records.count, path)
            pixels.reserveCapacity(pixels.count + records.count)
            for start in stride(from: 0, to: records.count, by: CIFAR10.recordSize) {
                guard records[start] < CIFAR10.classes else {
                    throw malformed(
                        path,
                        "expected labels 0...\(CIFAR10.classes - 1), found \(records[start]) in record "
                            + "\(start / CIFAR10.recordSize)")
                }
                labels.append(Int32(records[start]))
                pixels += records[start + 1..<start + CIFAR10.recordSize]
            }
        }
        return ImageSet(shape: shape, pixels: pixels, labels: labels)
    }

    /// The classes' names, one in a line.
    private func classNames() throws(FileError) -> [String]? {
        let path = "\(folder)/batches.meta.txt"
        guard Files.isRegularFile(path) else { return nil }
        let bytes = try Files.read(path, limit: 1 << 16)
        let lines = String(validating: bytes, as: UTF8.self)?.split(whereSeparator: \.isNewline)
        let names = lines?.map { String($0) }.filter { !$0.allSatisfy(\.isWhitespace) } ?? []
        guard names.count == CIFAR10.classes else {
            throw malformed(path, "expected the names of \(CIFAR10.classes) classes, found \(names.count)")
        }
        return names
    }

    private func malformed(_ path: String, _ reason: String) -> FileError {
        FileError(.malformed, path, reason, advice: "copy or download the file again")
    }
}
