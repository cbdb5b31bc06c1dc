import Glibc

/// Multiplied by `gamma` every so many steps.
public struct StepSchedule: Schedule {
    public let base: Double
    /// Steps between two drops; nil for a third of all.
    public let every: Int?
    public let gamma: Double

    public init(_ base: Double, every: Int? = nil, gamma: Double = 0.1) {
        precondition(every ?? 1 >= 1, "a rate cannot drop every \(every ?? 0) steps")
        self.base = base
        self.every = every
        self.gamma = gamma
    }

    public func rate(at step: Int, of total: Int) -> Double {
        let every = every ?? max(1, (total + 2) / 3)
        return base * pow(gamma, Double(step / every))
    }
}

extension Schedule where Self == StepSchedule {
    public static func step(_ base: Double, every: Int? = nil, gamma: Double = 0.1) -> Self {
        StepSchedule(base, every: every, gamma: gamma)
    }
}
