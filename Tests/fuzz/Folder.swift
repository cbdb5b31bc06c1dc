import Formats
import Glibc

/// A folder of the inputs of one case.
struct Folder {
    let path: String

    func callAsFunction(_ name: String) -> String { "\(path)/\(name)" }

    /// Writes a file, and makes the folders above it.
    func write(_ name: String, _ bytes: [UInt8]) throws {
        if let slash = name.lastIndex(of: "/") { try Files.createDirectory("\(path)/\(name[..<slash])") }
        guard let file = fopen(self(name), "w") else { throw Failure("cannot write \(self(name))") }
        defer { fclose(file) }
        guard fwrite(bytes, 1, bytes.count, file) == bytes.count else {
            throw Failure("cannot write \(self(name))")
        }
    }

    /// Removes all that is in it.
    func clear() throws { try Self.remove(path, itself: false) }

    func copy(to target: String) throws {
        try Files.createDirectory(target)
        for name in try Files.list(path) {
            if Files.isDirectory(self(name)) {
                try Folder(path: self(name)).copy(to: "\(target)/\(name)")
            } else if let bytes = try? Files.read(self(name)) {
                try Folder(path: target).write(name, bytes)
            }
        }
    }

    private static func remove(_ path: String, itself: Bool = true) throws {
        if Files.isDirectory(path) {
            for name in try Files.list(path) { try remove("\(path)/\(name)") }
        }
        if itself { try Files.remove(path) }
    }
}

/// A mistake of the fuzzing itself.
struct Failure: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}
