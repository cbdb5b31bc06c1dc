/// How far a run is.
public struct ProgressSnapshot: Equatable, Sendable {
    /// The current epoch, from 1.
    public var epoch: Int
    public var epochs: Int
    /// Optimizer steps done since the run began, also before it was resumed.
    public var step: Int
    /// Optimizer steps of the whole run.
    public var totalSteps: Int
    /// Samples trained on since the run began.
    public var samples: Int
    /// Mean loss of the recent samples.
    public var loss: Double
    /// Share of the recent samples that were classified correctly, where the task has one.
    public var accuracy: Double?
    /// Whether the epoch ends with this step.
    public var endsEpoch = false
}
