import Glibc

/// A learning rate as a pure function of the optimizer step: a linear warm-up, then one of three curves.
public struct LearningRateSchedule: Sendable, Equatable {
    public enum Curve: Sendable, Equatable {
        case constant
        /// Half a cosine from the base rate to zero at step `totalSteps` (Loshchilov & Hutter 2017).
        case cosine(totalSteps: Int)
        /// Multiplied by `gamma` every `every` steps.
        case step(every: Int, gamma: Double)
    }

    public let base: Double
    public let curve: Curve
    public let warmupSteps: Int

    public init(base: Double, curve: Curve = .constant, warmupSteps: Int = 0) {
        self.base = base
        self.curve = curve
        self.warmupSteps = warmupSteps
    }

    /// The rate of the step taken after `step` others.
    ///
    /// Warm-up step i of w trains at (i + 1) / w of the base rate; the curve starts where warm-up ends.
    public func rate(at step: Int) -> Double {
        if step < warmupSteps { return base * Double(step + 1) / Double(warmupSteps) }
        let elapsed = step - warmupSteps
        switch curve {
        case .constant: return base
        case .cosine(let total):
            let length = max(total - warmupSteps, 1)
            return base * 0.5 * (1 + cos(Double.pi * Double(min(elapsed, length)) / Double(length)))
        case .step(let every, let gamma): return base * pow(gamma, Double(elapsed / every))
        }
    }
}
