import Glibc

/// A log of lines, such as `metrics.jsonl`: every line is appended by one `write(2)`, and none is left half written.
public final class AppendOnlyFile: Sendable {
    public let path: String
    private let file: Descriptor

    /// Opens the file at its end, and creates it if it is not there.
    public init(path: String) throws(FileError) {
        let isNew = !Files.exists(path)
        guard let file = Descriptor(opening: path, O_WRONLY | O_APPEND | O_CREAT | O_NONBLOCK) else {
            throw .uncreatable(path)
        }
        guard try file.status().isRegularFile else {
            throw FileError(
                .cannotCreate, path, "expected a file, found a device, pipe or socket",
                advice: "choose another path")
        }
        self.path = path
        self.file = file
        if isNew { try Files.synchronizeDirectory(Files.parent(of: path) ?? "/") }
    }

    /// Bytes in the file.
    public var length: Int {
        get throws(FileError) { Int(try file.status().st_size) }
    }

    /// Appends the text and a newline; if only a part could be written, the part is cut off again.
    public func append(line: String) throws(FileError) {
        let bytes = Array(line.utf8) + [UInt8(ascii: "\n")]
        let before = try length
        var count: Int
        repeat {
            count = bytes.withUnsafeBytes { write(file.number, $0.baseAddress!, $0.count) }
        } while count < 0 && errno == EINTR
        guard count == bytes.count else {
            let code = count < 0 ? errno : ENOSPC
            if count > 0 { try truncate(to: before) }
            throw .failed("append", path, errno: code)
        }
    }

    /// Makes what was appended survive a power loss.
    public func synchronize() throws(FileError) {
        try file.synchronize()
    }

    /// Cuts the file back to its first bytes, as when a run resumes from an older step.
    public func truncate(to length: Int) throws(FileError) {
        let found = try self.length
        guard 0...found ~= length else {
            throw .malformed(
                path, "expected at least \(length) bytes to cut back to, found \(found)",
                advice: "it is older than the checkpoint: restore it, or start a new run")
        }
        guard ftruncate(file.number, length) == 0 else { throw .failed("truncate", path) }
    }
}
