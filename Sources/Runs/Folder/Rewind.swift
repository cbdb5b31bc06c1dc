import Formats
import Training

/// A run folder's way back to a checkpoint, or to the start: no line of its logs is then repeated or missing, and
/// checkpoints of later steps, which are of a course the run no longer takes, are gone.
///
/// All of it is checked before anything is changed. What is damaged is moved aside; what cannot be read is left alone.
struct Rewind {
    private let folder: RunFolder
    private let step: Int
    private let later: [(path: String, soundness: CheckpointStore.Soundness)]
    private let logs: [LogRepair]

    /// Reads what there is.
    ///
    /// - Throws: `FileError` if a log cannot be read, or if lines of metrics are lost while sound checkpoints of later steps
    ///   would go.
    init(_ folder: RunFolder, to checkpoint: Checkpoint?) throws(FileError) {
        self.folder = folder
        step = checkpoint?.step ?? 0
        let store = folder.checkpoints
        var later: [(path: String, soundness: CheckpointStore.Soundness)] = []
        for other in try store.steps() where other > step {
            later.append((store.path(step: other), store.soundness(ofStep: other)))
        }
        self.later = later
        let metrics = try LogRepair(
            folder.metrics, through: step, length: checkpoint?.metricsLength ?? 0,
            digest: checkpoint?.metricsDigest, hashes: LogRepair.hashes(in: folder.timing))
        logs = [metrics, try LogRepair(folder.timing, through: step)]
        if let fault = metrics.fault, later.contains(where: { $0.soundness == .sound }) {
            throw FileError(
                .malformed, folder.metrics,
                "\(fault): no step back is taken from here, for it would delete the sound checkpoints of later steps",
                advice:
                    "go on from the newest with --resume auto, which keeps what is sound, or resume into another --run-dir"
            )
        }
    }

    /// Goes back. Later checkpoints go first, the newest foremost: wherever this is cut short, the newest that is left
    /// has its lines.
    func apply(warn: (String) -> Void) throws(FileError) {
        try sweep()
        try Files.createDirectory(folder.checkpoints.folder)
        for (path, soundness) in later {
            switch soundness {
            case .sound: try Files.remove(path)
            case .damaged:
                let aside = try Files.moveAside(path, as: "damaged")
                warn("\(path): it is damaged: moved to \(aside)")
            case .unreadable: warn("\(path): it cannot be read, and is left as it is")
            }
        }
        for log in logs {
            if let note = try log.apply() { warn(note) }
        }
    }

    /// Deletes what a kill left half written: no other run writes here.
    private func sweep() throws(FileError) {
        try Files.removeTemporaries(in: folder.path) { RunFolder.ownNames.contains(String($0)) }
        if Files.isDirectory(folder.checkpoints.folder) {
            try Files.removeTemporaries(in: folder.checkpoints.folder)
        }
    }
}
