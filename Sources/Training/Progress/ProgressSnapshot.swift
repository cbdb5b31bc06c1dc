/// How far a run is.
struct ProgressSnapshot: Equatable, Sendable {
    /// The current epoch, from 1.
    var epoch: Int
    var epochs: Int
    /// Optimizer steps done since the run began, also before it was resumed.
    var step: Int
    /// Optimizer steps of the whole run.
    var totalSteps: Int
    /// Samples trained on since the run began.
    var samples: Int
    /// Mean loss of the recent samples.
    var loss: Double
    /// Share of the recent samples that were classified correctly, where the task has one.
    var accuracy: Double?
    /// Whether the epoch ends with this step.
    var endsEpoch = false
}
