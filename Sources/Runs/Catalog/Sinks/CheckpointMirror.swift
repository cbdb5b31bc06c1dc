import Formats
import Synchronization
import Training

/// Copies of a run's newest checkpoints in a second folder, on another disk say; `--resume FILE` goes on from any.
///
/// A copy that fails is told and the run goes on: the disk of a backup is no reason to stop. But no run touches what another
/// run has there.
public final class CheckpointMirror: CheckpointSink {
    private let store: CheckpointStore
    private let keepLast: Int
    private let warn: @Sendable (String) -> Void
    /// Whether there is nothing of another run.
    private let isOurs = Mutex(false)

    /// - Throws: `FileError.cannotCreate` if the folder cannot be made.
    public init(
        folder: String, keepLast: Int = 3,
        warn: @escaping @Sendable (String) -> Void = { StandardError.tell($0) }
    ) throws(FileError) {
        try Files.createDirectory(folder)
        store = CheckpointStore(folder: folder)
        (self.keepLast, self.warn) = (keepLast, warn)
    }

    /// - Throws: `FileError.cannotCreate` if checkpoints of another run are there.
    public func save(_ bytes: [UInt8], step: Int) throws {
        try isOurs.withLock { isOurs in
            if !isOurs, let stranger = try strangers(to: bytes).first { throw stranger }
            isOurs = true
        }
        do {
            try store.publish(bytes, step: step, keepLast: keepLast)
        } catch {
            warn("warning: no copy of the checkpoint of step \(step): \(error)")
        }
    }

    private func strangers(to bytes: [UInt8]) throws(FileError) -> [FileError] {
        let run = try SafeTensorsFile(parsing: bytes, path: store.folder).metadata[SafeTensorsFile.runKey]
        return ((try? store.steps()) ?? []).map(store.path(step:)).compactMap { path in
            guard let file = try? SafeTensorsFile(path: path),
                file.metadata[SafeTensorsFile.runKey] != run
            else { return nil }
            return FileError(
                .cannotCreate, path, "is a checkpoint of another run",
                advice: "give each run a mirror of its own")
        }
    }
}

extension SinkDescriptor {
    /// `--mirror DIR`.
    public static let mirror = SinkDescriptor(settings: [
        OwnSetting(
            "mirror", default: String?.none, .text, "DIR", unset: "none", scope: .invocation,
            help:
                "a second folder, on another disk say, for copies of the newest checkpoints; a copy that fails is told, "
                + "and the run goes on")
    ]) { context in
        let folder: String? = try context["mirror"]
        return try folder.map { try CheckpointMirror(folder: $0, keepLast: context.keepLast) }
    }
}
