/// A place that gets every checkpoint of a run: its folder, from which it is resumed, and whatever a program adds, such as
/// a store of objects.
///
///     struct Copy: CheckpointSink {
///         func save(_ bytes: [UInt8], step: Int) throws {
///             try Files.publish("/backup/step-\(step).safetensors", bytes)
///         }
///     }
public protocol CheckpointSink: Sendable {
    /// Takes a checkpoint; called on rank 0, in the order of the steps and one at a time, on a thread beside the steps that
    /// follow. What it throws ends the run on all ranks, as a full disk does, at the next step or before the next checkpoint,
    /// unless such failures are only to be told (`CheckpointErrors.warn`).
    ///
    /// - Parameter bytes: a whole safetensors file, which `Checkpoint` reads.
    func save(_ bytes: [UInt8], step: Int) throws
}

/// What becomes of a run where a checkpoint cannot be written.
public enum CheckpointErrors: String, CaseIterable, Sendable {
    /// It ends, on all ranks.
    case stop
    /// It is told, and the run goes on; the last one that was written stays the newest.
    case warn
}

/// The checkpoints of a run's folder, of which the newest are kept, and the best where that is wanted.
public struct CheckpointFolder: CheckpointSink {
    private let store: CheckpointStore
    private let keepLast: Int
    private let best: BestEvaluations?

    public init(_ store: CheckpointStore, keepLast: Int, best: BestEvaluations? = nil) {
        (self.store, self.keepLast, self.best) = (store, keepLast, best)
    }

    public func save(_ bytes: [UInt8], step: Int) throws {
        try store.publish(
            bytes, step: step, keepLast: keepLast,
            keeping: { best?.step(upTo: $0, where: store.holds(step:)) })
    }
}
