import Glibc

/// Whole files and folders, with errors that name the path.
public enum Files {
    /// Reads a whole regular file.
    ///
    /// - Parameter limit: the most bytes a sensible file has; a larger one is refused before memory is taken.
    /// - Throws: `.missing` if it is absent, unreadable or not a regular file; `.malformed` past the limit.
    public static func read(_ path: String, limit: Int = 4 << 30) throws(FileError) -> [UInt8] {
        // Without O_NONBLOCK, opening a FIFO would wait for a writer.
        guard let file = Descriptor(opening: path, O_RDONLY | O_NONBLOCK) else { throw .unreadable(path) }
        let status = try file.status()
        guard status.isRegularFile else {
            let found = status.isDirectory ? "a folder" : "a device, pipe or socket"
            throw FileError(.missing, path, "expected a file, found \(found)", advice: "check the path")
        }
        let size = Int(status.st_size)
        guard size <= limit else {
            throw .malformed(path, "expected at most \(limit) bytes, found \(size)", advice: "check the path")
        }
        try FileError.requireMemory(size, path)
        var failure: FileError?
        let bytes = [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
            do throws(FileError) {
                count = try file.read(into: UnsafeMutableRawBufferPointer(buffer))
            } catch {
                failure = error
            }
        }
        if let failure { throw failure }
        guard bytes.count == size else {
            throw FileError(
                .ioFailure, path, "expected \(size) bytes, found \(bytes.count): it shrank while it was read",
                advice: "let its writer finish, then try again")
        }
        return bytes
    }

    public static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

    /// The path from the root on, without links; nil where there is nothing.
    public static func resolved(_ path: String) -> String? {
        guard let resolved = realpath(path, nil) else { return nil }
        defer { free(resolved) }
        return String(cString: resolved)
    }

    public static func isDirectory(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.isDirectory
    }

    public static func isRegularFile(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.isRegularFile
    }

    /// Creates a folder and its parents, where they are not there yet.
    public static func createDirectory(_ path: String) throws(FileError) {
        if mkdir(path, 0o777) == 0 { return }
        let code = errno
        if isDirectory(path) { return }
        guard code == ENOENT, let parent = parent(of: path), !isDirectory(parent) else {
            throw .uncreatable(path, errno: code)
        }
        try createDirectory(parent)
        try createDirectory(path)
    }

    /// The names in a folder, sorted by their bytes, without `.` and `..`.
    public static func list(_ path: String) throws(FileError) -> [String] {
        guard let folder = opendir(path) else {
            if errno == ENOTDIR, exists(path) {
                throw FileError(.missing, path, "expected a folder, found a file", advice: "check the path")
            }
            throw .unreadable(path)
        }
        defer { closedir(folder) }
        var names: [String] = []
        while true {
            errno = 0
            guard let entry = readdir(folder) else { break }
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                String(cString: UnsafeRawPointer($0).assumingMemoryBound(to: CChar.self))
            }
            if name != "." && name != ".." { names.append(name) }
        }
        guard errno == 0 else { throw .failed("listing", path) }
        return names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }

    /// Removes a file or an empty folder; one that is not there is no error.
    public static func remove(_ path: String) throws(FileError) {
        guard Glibc.remove(path) == 0 || errno == ENOENT else { throw .failed("removing", path) }
    }

    /// Gives a file that is in the way, but may still be of use, another name beside its own: `<path>.<mark>`, or with a
    /// number behind it.
    ///
    /// - Returns: the new path.
    @discardableResult
    public static func moveAside(_ path: String, as mark: String) throws(FileError) -> String {
        var aside = "\(path).\(mark)"
        var number = 1
        while exists(aside) {
            number += 1
            aside = "\(path).\(mark).\(number)"
        }
        guard rename(path, aside) == 0 else { throw .failed("renaming", path) }
        try synchronizeDirectory(parent(of: path) ?? "/")
        return aside
    }

    /// The folder that holds the path, `.` for a bare name; nil for `/`.
    static func parent(of path: String) -> String? {
        let parts = path.split(separator: "/", omittingEmptySubsequences: true)
        guard !parts.isEmpty else { return nil }
        let parents = parts.dropLast().joined(separator: "/")
        if path.hasPrefix("/") { return "/" + parents }
        return parents.isEmpty ? "." : parents
    }
}
