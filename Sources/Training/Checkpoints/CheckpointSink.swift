/// A place that gets every checkpoint of a run: its folder, from which it is resumed, and whatever a program adds, such as
/// a store of objects.
///
///     struct Copy: CheckpointSink {
///         func save(_ bytes: [UInt8], step: Int) throws {
///             try Files.publish("/backup/step-\(step).safetensors", bytes)
///         }
///     }
public protocol CheckpointSink: Sendable {
    /// Takes a checkpoint; called on rank 0, in the order of the steps, before the run goes on. What it throws ends the run
    /// on all ranks, as a full disk does.
    ///
    /// - Parameter bytes: a whole safetensors file, which `Checkpoint` reads.
    func save(_ bytes: [UInt8], step: Int) throws
}

/// The checkpoints of a run's folder, of which the newest are kept.
public struct CheckpointFolder: CheckpointSink {
    private let store: CheckpointStore
    private let keepLast: Int

    public init(_ store: CheckpointStore, keepLast: Int) { (self.store, self.keepLast) = (store, keepLast) }

    public func save(_ bytes: [UInt8], step: Int) throws {
        try store.publish(bytes, step: step, keepLast: keepLast)
    }
}
