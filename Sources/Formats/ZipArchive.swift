import CZlib

/// The entries of a zip archive, stored or deflated, read from its central directory (with zip64).
public struct ZipArchive: Sendable {
    public struct Entry: Equatable, Sendable {
        public let name: String
        /// Bytes of the content, as the directory declares them and `contents(of:)` enforces.
        public let size: Int
        let isDeflated: Bool
        let checksum: UInt32
        /// Where the stored or deflated bytes stand in the archive.
        let payload: Range<Int>
    }

    public let path: String
    public let entries: [Entry]
    private let bytes: [UInt8]

    /// Reads the directory of an archive; `path` is named in errors.
    ///
    /// - Throws: `.malformed` for bounds that do not hold, encrypted entries, methods other than stored and deflated,
    ///   duplicate names, and names that are absolute or climb with `..`.
    public init(parsing bytes: [UInt8], path: String) throws(FileError) {
        self.bytes = bytes
        self.path = path
        var directory = try ZipDirectory(of: bytes, path: path)
        var entries: [Entry] = []
        var names: Set<String> = []
        while let entry = try directory.next() {
            guard names.insert(entry.name).inserted else {
                throw .malformed(path, "expected unique names, found '\(entry.name)' twice")
            }
            entries.append(entry)
        }
        self.entries = entries
    }

    public func entry(named name: String) -> Entry? { entries.first { $0.name == name } }

    /// The content of an entry, inflated and checked against its declared size and CRC-32.
    public func contents(of entry: Entry) throws(FileError) -> [UInt8] {
        try FileError.requireMemory(entry.size, path, "to read its entry '\(entry.name)'")
        let contents = entry.isDeflated ? try inflated(entry) : Array(bytes[entry.payload])
        let checksum = contents.withUnsafeBytes {
            crc32_z(0, $0.bindMemory(to: UInt8.self).baseAddress, $0.count)
        }
        // crc32_z answers its start value, 0, for an empty buffer too.
        guard UInt32(checksum) == entry.checksum else {
            throw .malformed(path, "entry '\(entry.name)' is damaged: its CRC-32 does not match")
        }
        return contents
    }

    private func inflated(_ entry: Entry) throws(FileError) -> [UInt8] {
        var inflater = Inflater(.raw)
        var status = Inflater.Status.truncated
        var position = entry.payload.lowerBound
        // One byte more than declared: zlib sees the end, and a stream that is too long shows.
        let contents = [UInt8](unsafeUninitializedCapacity: entry.size + 1) { buffer, count in
            bytes.withUnsafeBytes { input in
                let upToEnd = UnsafeRawBufferPointer(rebasing: input[..<entry.payload.upperBound])
                let output = UnsafeMutableRawBufferPointer(
                    rebasing: UnsafeMutableRawBufferPointer(buffer)[...entry.size])
                status = inflater.run(upToEnd, from: &position, into: output, count: &count)
            }
        }
        let problem: String? =
            switch status {
            case .outputFull: "it inflates to more than the \(entry.size) bytes declared"
            case .truncated: "its data is cut short"
            case .corrupt(let words): words
            case .finished where contents.count != entry.size:
                "expected \(entry.size) bytes, found \(contents.count)"
            case .finished where position != entry.payload.upperBound: "bytes follow its data"
            case .finished: nil
            }
        if let problem { throw .malformed(path, "entry '\(entry.name)' is damaged: \(problem)") }
        return contents
    }
}
