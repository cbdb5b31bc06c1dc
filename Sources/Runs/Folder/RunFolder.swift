import Formats
import Training

/// The files of one run.
public struct RunFolder: Sendable {
    public let path: String

    public init(path: String) { self.path = path }

    /// Held by the run that writes here.
    public var lock: String { "\(path)/run.lock" }
    /// How its run stands.
    public var status: String { "\(path)/status.json" }
    public var config: String { "\(path)/config.json" }
    public var environment: String { "\(path)/env.json" }
    public var metrics: String { "\(path)/metrics.jsonl" }
    public var timing: String { "\(path)/timing.jsonl" }
    public var certificate: String { "\(path)/certificate.json" }
    public var model: String { "\(path)/model.safetensors" }
    public var checkpoints: CheckpointStore { CheckpointStore(folder: "\(path)/checkpoints") }

    /// What a run publishes here, besides checkpoints.
    static let ownNames: Set = [
        "status.json", "config.json", "env.json", "metrics.jsonl", "timing.jsonl", "history.jsonl",
        "run.json", "certificate.json", "model.safetensors",
    ]

    /// The run folder that a checkpoint lies in, where it lies in one.
    init?(holding checkpoint: String) {
        let parts = checkpoint.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count >= 2, parts[parts.count - 2] == "checkpoints" else { return nil }
        path = parts.count == 2 ? "." : parts.dropLast(2).joined(separator: "/")
    }

    func isSameFolder(as other: RunFolder) -> Bool {
        guard let own = Files.resolved(path) else { return false }
        return own == Files.resolved(other.path)
    }

    /// Creates the folder for a new run, and takes hold of it: of several runs that try at once, one does.
    ///
    /// - Throws: `FolderInUse` if another run has it; `FileError.cannotCreate` if it holds anything or cannot be written.
    func create(at time: String, warn: (String) -> Void) throws -> RunLock {
        try Files.createDirectory(path)
        try requireEmpty()  // no lock is put among the files of others
        let lock = try RunLock(self, since: time, warn: warn)
        try requireEmpty()  // a run may have come and gone meanwhile
        return lock
    }

    private func requireEmpty() throws {
        guard try Files.list(path).contains(where: { "\(path)/\($0)" != lock }) else { return }
        if FileLock.isHeld(lock) { throw FolderInUse(self) }
        throw FileError(
            .cannotCreate, path, "a run folder must be new or empty, and this one holds files",
            advice: "choose another --run-dir, or continue its run with --resume auto")
    }
}
