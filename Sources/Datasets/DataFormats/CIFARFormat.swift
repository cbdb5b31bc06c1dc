import Formats
import Samples

/// A folder in the binary version of CIFAR (Krizhevsky 2009): files of records, each some labels and then 3×32×32 bytes, red,
/// green and blue one after the other.
struct CIFARFormat: DataFormat {
    static let input = [3, 32, 32]
    private static let imageBytes = 3 * 32 * 32

    let contents: String
    /// The folder that the published archive unpacks to: the files may lie there, below the folder named.
    let unpacked: String
    /// The labels before an image, of which the last is its class.
    let labelBytes: Int
    let classes: Int
    /// A file of the classes' names, one in a line; it need not be there.
    let classNames: String
    let files: [DataHalf: [String]]

    /// Bytes of a record.
    var recordSize: Int { labelBytes + Self.imageBytes }

    func search(_ folder: String, for halves: [DataHalf]) -> DataSearch {
        let names = halves.flatMap { files[$0] ?? [] }
        var lacking: [String]?
        for place in [folder, "\(folder)/\(unpacked)"] {
            let missing = names.filter { !Files.isRegularFile("\(place)/\($0)") }
            if missing.isEmpty { return .found(CIFARFiles(folder: place, format: self)) }
            if missing.count < min(names.count, lacking?.count ?? .max) { lacking = missing }
        }
        return lacking.map { .incomplete(missing: $0) } ?? .absent
    }
}

private struct CIFARFiles: DataFiles {
    let folder: String
    let format: CIFARFormat

    func load(_ halves: [DataHalf], classes: Int?) throws(FileError) -> [any SampleSource] {
        let shape = SampleShape(
            input: CIFARFormat.input, target: .classes(format.classes), classNames: try classNames())
        var sets: [any SampleSource] = []
        for half in halves { sets.append(try images(half, shape)) }
        return sets
    }

    private func images(_ half: DataHalf, _ shape: SampleShape) throws(FileError) -> ImageSet {
        var (pixels, labels): ([UInt8], [Int32]) = ([], [])
        for name in format.files[half] ?? [] {
            let path = "\(folder)/\(name)"
            let records = try Files.read(path)
            guard !records.isEmpty, records.count % format.recordSize == 0 else {
                throw malformed(
                    path,
                    "expected records of \(format.recordSize) bytes, found \(records.count) bytes in all")
            }
            try FileError.requireMemory(2 * pixels.count + records.count, path)
            pixels.reserveCapacity(pixels.count + records.count)
            for start in stride(from: 0, to: records.count, by: format.recordSize) {
                let image = start + format.labelBytes
                let label = records[image - 1]
                guard label < format.classes else {
                    throw malformed(
                        path,
                        "expected labels 0...\(format.classes - 1), found \(label) in record "
                            + "\(start / format.recordSize)")
                }
                labels.append(Int32(label))
                pixels += records[image..<start + format.recordSize]
            }
        }
        return ImageSet(shape: shape, pixels: pixels, labels: labels)
    }

    private func classNames() throws(FileError) -> [String]? {
        let path = "\(folder)/\(format.classNames)"
        guard Files.isRegularFile(path) else { return nil }
        let bytes = try Files.read(path, limit: 1 << 16)
        let lines = String(validating: bytes, as: UTF8.self)?.split(whereSeparator: \.isNewline)
        let names = lines?.map { String($0) }.filter { !$0.allSatisfy(\.isWhitespace) } ?? []
        guard names.count == format.classes else {
            throw malformed(path, "expected the names of \(format.classes) classes, found \(names.count)")
        }
        return names
    }

    private func malformed(_ path: String, _ reason: String) -> FileError {
        FileError(.malformed, path, reason, advice: "copy or download the file again")
    }
}
