import Formats

/// A trained model as a user names it: a run's folder, its model file, or one of its checkpoints.
public struct ModelReference: Equatable, Sendable {
    /// The file that holds the parameters.
    public let file: String
    /// The data its run was trained on, where the file lies in a run folder that says so.
    public let data: String?

    /// - Parameters:
    ///   - catalog: knows the data sets that are no folders.
    ///   - path: a file, or a run folder, which stands for its trained model, else for its newest checkpoint.
    /// - Throws: `FileError.missing` if a folder holds neither.
    public init(_ catalog: Catalog, path: String) throws {
        var run: RunFolder?
        if Files.isDirectory(path) {
            let folder = RunFolder(path: path)
            file = try Self.newestFile(in: folder)
            run = folder
        } else {
            file = path
            run = RunFolder(ofFile: path)
        }
        data = run?.data(catalog)
    }

    private static func newestFile(in folder: RunFolder) throws -> String {
        if Files.exists(folder.model) { return folder.model }
        guard let checkpoint = try folder.checkpoints.newestValid(report: { _ in }) else {
            throw FileError(
                .missing, folder.path, "holds neither model.safetensors nor a checkpoint",
                advice: "name the folder of a run (--run-dir), or a file")
        }
        return checkpoint.file.path
    }
}

extension RunFolder {
    /// The run folder a file would lie in, a checkpoint or another.
    init(ofFile file: String) {
        if let run = RunFolder(holding: file) {
            self = run
        } else {
            let parts = file.split(separator: "/", omittingEmptySubsequences: false)
            self.init(path: parts.count == 1 ? "." : parts.dropLast().joined(separator: "/"))
        }
    }

    /// What its run was trained on, by `--data`; nil where it does not say, or that is no longer there.
    func data(_ catalog: Catalog) -> String? {
        guard let bytes = try? Files.read(environment, limit: 1 << 20),
            let known = (try? JSON(parsing: bytes))?["data"]?.stringValue
        else { return nil }
        return Files.exists(known) || catalog.data.contains { $0.name == known } ? known : nil
    }
}
