/// How long gradients were in the last hundred or so steps: what one that jumps is told by.
public struct NormHistory: Equatable, Sendable, BitwiseCopyable {
    /// So many steps are taken before any is judged: gradients change fast at the beginning.
    public static let leastSteps = 100

    /// Steps that took part, and the mean of their gradients' norms, in which a step weighs less the longer ago it was.
    private(set) var count = 0
    private(set) var mean = 0.0

    init() {}

    /// As a checkpoint tells it; nil of numbers that no history has.
    init?(count: Int, mean: Double) {
        guard count >= 0, mean.isFinite, mean >= 0, count > 0 || mean == 0 else { return nil }
        (self.count, self.mean) = (count, mean)
    }

    /// Takes in the norm of a step that was taken.
    mutating func note(_ norm: Double) {
        count = min(count + 1, Self.leastSteps)
        mean += (norm - mean) / Double(count)
    }

    /// Whether a norm is more than `factor` times the mean.
    func isExceeded(by norm: Double, factor: Double?) -> Bool {
        guard let factor, count >= Self.leastSteps else { return false }
        return norm > factor * mean
    }
}
