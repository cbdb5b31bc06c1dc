import Glibc
import Optim

/// One cycle (Smith & Topin 2018), by PyTorch's formula (`torch.optim.lr_scheduler.OneCycleLR`, momentum left alone): half a
/// cosine up to the rate over the first 30 % of the steps, and another one down to almost nothing.
///
///     rate / 25  →  rate  →  rate / 250,000
public struct OneCycleSchedule: Schedule {
    public let peak: Double
    /// The part of the steps in which the rate grows, `0 ..< 1`.
    public let growth: Double

    public init(_ peak: Double, growth: Double = 0.3) {
        precondition(0..<1 ~= growth, "a rate that grows in \(growth) of the steps")
        (self.peak, self.growth) = (peak, growth)
    }

    public func rate(at step: Int, of total: Int) -> Double {
        let (start, end) = (peak / 25, peak / 250_000)
        let (step, total) = (Double(step), Double(max(total, 1)))
        let top = growth * total - 1
        if step < top { return Self.between(start, peak, step / top) }
        return Self.between(peak, end, min(1, (step - top) / (total - 1 - top)))
    }

    private static func between(_ first: Double, _ last: Double, _ part: Double) -> Double {
        last + (first - last) / 2 * (1 + cos(Double.pi * part))
    }
}

extension Schedule where Self == OneCycleSchedule {
    public static func oneCycle(_ peak: Double) -> Self { OneCycleSchedule(peak) }
}

extension ScheduleDescriptor {
    public static let oneCycle = ScheduleDescriptor(
        "one-cycle", "from a 25th up to the rate over 30 % of the steps, then down to almost 0"
    ) {
        .oneCycle($0.learningRate)
    }
}
