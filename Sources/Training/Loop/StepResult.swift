import Kernels

/// What a step reports: the same on every rank, since it comes from the reduced sum alone.
public struct StepResult {
    public let score: Score
    public let learningRate: Double
    /// The Euclidean norm of the mean gradient, before it is clipped.
    public let gradientNorm: Double
    /// Whether loss and gradient are finite numbers.
    public let isFinite: Bool
    /// Whether the update of an objective was left out, since its loss or gradient is no number, or its gradient a spike.
    public internal(set) var isSkipped = false
    /// Whether any rank was asked to stop, or to save a checkpoint.
    public let stopRequested, saveRequested: Bool
    /// Whether the program wants the run to end here.
    let endRequested: Bool
    /// The exit status of rank 0's failure to write its records, if it had one.
    public let recordingFailure: ExitStatus?
    /// What further objectives report, in their order.
    public internal(set) var others: [(name: String, result: StepResult)] = []

    init(_ sum: GradientBuffer, batch: Int, learningRate: Double) {
        score = sum.summedScore(ofSamples: batch)
        self.learningRate = learningRate
        gradientNorm =
            kernels.sumOfSquares(sum.layout.count, sum.storage.pointer).squareRoot() / Double(batch)
        isFinite = score.lossSum.isFinite && gradientNorm.isFinite
        stopRequested = sum[.stopRequests] > 0
        saveRequested = sum[.saveRequests] > 0
        endRequested = sum[.endRequests] > 0
        recordingFailure = sum[.failure] > 0 ? ExitStatus(rawValue: Int32(sum[.failure])) ?? .ioFailure : nil
    }
}
