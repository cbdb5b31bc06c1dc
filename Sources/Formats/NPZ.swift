/// A NumPy archive (`numpy.savez`, `numpy.savez_compressed`): a zip file with one `.npy` entry for every array.
public struct NPZ: Sendable {
    /// The names of the arrays, in the archive's order; entries that are no `.npy` are left out.
    public let names: [String]
    private let archive: ZipArchive

    public init(path: String) throws(FileError) {
        try self.init(parsing: try Files.read(path), path: path)
    }

    /// Reads the directory of the archive; `path` is named in errors.
    public init(parsing bytes: [UInt8], path: String) throws(FileError) {
        archive = try ZipArchive(parsing: bytes, path: path)
        names = archive.entries.filter { $0.name.hasSuffix(".npy") }.map { String($0.name.dropLast(4)) }
    }

    /// Reads one array.
    ///
    /// - Parameter maximum: the largest value it may hold, from 0 on.
    /// - Throws: `.malformed` if the archive has no such array (naming those it has), or the array is damaged.
    public func array<Element>(
        named name: String, maximum: Element = UInt8.max
    ) throws(FileError) -> NPY<Element> {
        guard let entry = archive.entry(named: name + ".npy") else {
            let found = names.isEmpty ? "no array" : names.joined(separator: ", ")
            throw .malformed(
                archive.path, "expected an array '\(name)', found \(found)", advice: "check the file")
        }
        return try NPY(
            parsing: try archive.contents(of: entry), path: "\(archive.path)(\(entry.name))", maximum: maximum
        )
    }
}
