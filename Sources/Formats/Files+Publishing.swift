import Glibc

extension Files {
    /// Publishes a file whole or not at all: temporary name, fsync, verify, rename, fsync of the folder.
    ///
    /// The temporary file is `<path>.tmp.<pid>` in the same folder; a failure removes it and leaves an older file at
    /// `path` untouched.
    /// - Parameters:
    ///   - chunks: the content, in pieces that are written one after the other.
    ///   - verify: reads the temporary file, whose path it gets, and throws if it is not fit to be published.
    /// - Throws: `.cannotCreate` if no file can be made there, `.ioFailure` if writing fails, or what `verify` throws.
    public static func publish(
        _ path: String, _ chunks: [UInt8]...,
        verify: (_ temporary: String) throws(FileError) -> Void = { _ in }
    ) throws(FileError) {
        let temporary = "\(path)\(temporaryMark)\(getpid())"
        do throws(FileError) {
            try write(chunks, to: temporary)
            try verify(temporary)
            if isDirectory(path) { throw .uncreatable(path, errno: EISDIR) }
            guard rename(temporary, path) == 0 else { throw .uncreatable(path) }
        } catch {
            unlink(temporary)
            throw error
        }
        try synchronizeDirectory(parent(of: path) ?? "/")
    }

    private static let temporaryMark = ".tmp."

    /// Deletes what processes that were killed left of the files of a folder; nobody else may be publishing there.
    ///
    /// - Parameter isOurs: which files, by name.
    public static func removeTemporaries(
        in folder: String, of isOurs: (Substring) -> Bool = { _ in true }
    ) throws(FileError) {
        for name in try list(folder) {
            guard let mark = name.ranges(of: temporaryMark).last, isOurs(name[..<mark.lowerBound]),
                !name[mark.upperBound...].isEmpty, name[mark.upperBound...].allSatisfy(\.isWholeNumber),
                isRegularFile("\(folder)/\(name)")
            else { continue }
            try remove("\(folder)/\(name)")
        }
    }

    private static func write(_ chunks: [[UInt8]], to path: String) throws(FileError) {
        guard let file = Descriptor(opening: path, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW) else {
            throw .uncreatable(path)
        }
        for chunk in chunks { try file.writeAll(chunk) }
        try file.synchronize()
        let expected = chunks.reduce(0) { $0 + $1.count }
        let size = Int(try file.status().st_size)
        guard size == expected else {
            throw FileError(
                .ioFailure, path, "expected \(expected) bytes on disk, found \(size)",
                advice: "check the disk")
        }
    }

    /// Makes a new or renamed entry of a folder survive a power loss.
    static func synchronizeDirectory(_ path: String) throws(FileError) {
        guard let folder = Descriptor(opening: path, O_RDONLY | O_DIRECTORY) else { throw .unreadable(path) }
        // Some network file systems cannot sync a folder and answer EINVAL; there is nothing better to do there.
        guard fsync(folder.number) == 0 || errno == EINVAL else { throw .failed("fsync", path) }
    }
}
