import Formats
import Training

/// What a run begins from, as rank 0 finds it, and its hold on the folder where it goes on in one.
struct RunStart {
    /// Nil for a run that starts at the beginning.
    private(set) var checkpoint: Checkpoint?
    /// Nil where the folder is still to be made.
    private(set) var lock: RunLock?

    /// Nothing to go on from.
    init() {}

    /// Finds the checkpoint that `resume` names; a run folder is locked before anything in it is read.
    ///
    /// - Parameters:
    ///   - folder: where the run will write; nil for the folder that the checkpoint lies in.
    ///   - holding: whether it will; a plan only reads.
    ///   - warn: told about checkpoints that are passed over.
    /// - Throws: `FolderInUse`; `CheckpointError` if a run has got somewhere and there is no checkpoint of it to go on from;
    ///   `FileError`.
    init(
        _ resume: Configuration.Resume?, in folder: RunFolder?, holding: Bool, clock: Clock,
        warn: (String) -> Void
    ) throws {
        switch resume {
        case nil: break
        case .file(let path):
            if holding, let home = RunFolder(holding: path), home.isSameFolder(as: folder ?? home) {
                lock = try RunLock(home, since: clock.utc(), warn: warn)
            }
            checkpoint = try Checkpoint(path: path)
        case .auto:
            guard let folder, folder.holdsRun else { return }
            if holding { lock = try RunLock(folder, since: clock.utc(), warn: warn) }
            checkpoint = try folder.checkpoints.newestValid(report: warn)
            if checkpoint == nil { try folder.requireNoProgress() }
        }
    }
}

extension RunFolder {
    /// Whether a run has begun here, however early it ended, or something is left of one.
    var holdsRun: Bool {
        Files.isDirectory(checkpoints.folder)
            || [status, runFile, config, metrics, model].contains(where: Files.exists)
    }

    /// Makes sure that a run without checkpoints had none yet, before it is begun again.
    ///
    /// - Throws: `CheckpointError` if it had got further: they were lost.
    func requireNoProgress() throws {
        var evidence: String?
        if Files.exists(model) {
            evidence = "model.safetensors is there"
        } else if let status = RunStatus(of: self) {
            evidence = status.checkpointStep.map { "status.json tells of one at step \($0)" }
        } else if let step = lastLoggedStep {
            evidence = "metrics.jsonl tells of step \(step)"
        }
        if let evidence { throw CheckpointError(gone: checkpoints.folder, evidence: evidence) }
    }

    /// The last step that metrics tell of.
    private var lastLoggedStep: Int? {
        guard let bytes = try? Files.read(metrics) else { return nil }
        for line in bytes.split(separator: UInt8(ascii: "\n")).reversed() {
            if let step = (try? JSON(parsing: Array(line)))?["step"]?.intValue { return step }
        }
        return nil
    }
}
