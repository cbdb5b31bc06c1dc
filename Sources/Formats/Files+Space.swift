import Glibc
import Limits

extension Files {
    /// What is written beside a file, such as a line of a log, and what a file system needs for its own books.
    private static let margin = 64 << 10

    /// Bytes that this user may still write where a folder lies; nil where the file system does not say.
    public static func freeSpace(_ folder: String) -> Int? {
        var status = statvfs()
        // Some network file systems know no sizes, and answer with zeros.
        guard statvfs(folder, &status) == 0, status.f_blocks > 0, status.f_frsize > 0 else { return nil }
        let (bytes, overflows) = UInt64(status.f_bavail).multipliedReportingOverflow(
            by: UInt64(status.f_frsize))
        return overflows ? nil : Int(clamping: bytes)
    }

    /// Makes sure that there is room for a file, before anything is written or deleted.
    ///
    /// - Parameter free: bytes that are left there; nil where nobody knows.
    /// - Throws: `.ioFailure` that says how much is needed, and how much there is.
    public static func requireSpace(
        for bytes: Int, at path: String, free: Int?
    ) throws(FileError) {
        guard let free, free < bytes + margin else { return }
        throw FileError(
            .ioFailure, path,
            "disk full: \(OutOfMemory.text(bytes)) are to be written, \(OutOfMemory.text(free)) are free",
            advice: "free some space or write elsewhere")
    }
}
