import Foundation

/// A new empty folder, removed with all it holds when the last reference goes.
public final class TemporaryFolder: Sendable {
    public let path: String

    public init() throws {
        let url = FileManager.default.temporaryDirectory.appending(path: "lockstep-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
        path = url.path
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    /// Writes a file, and the folders above it, and returns its path.
    @discardableResult
    public func write(_ name: String, _ bytes: [UInt8]) throws -> String {
        let url = URL(filePath: path).appending(path: name)
        try FileManager.default.createDirectory(
            at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(bytes).write(to: url)
        return url.path
    }
}

/// The path of a committed file or folder in `Tests/Fixtures`, or in one of its folders of files of one kind.
public func fixture(_ name: String) -> String {
    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "Fixtures")
    let kinds = ["", "operations/", "convolutions/", "recurrent/", "optimizers/", "runs/", "formats/"]
    let paths = kinds.map { root.appending(path: $0 + name).path }
    return paths.first { FileManager.default.fileExists(atPath: $0) } ?? paths[0]
}
