/// The same rate at every step.
public struct ConstantSchedule: Schedule {
    public let base: Double

    public init(_ base: Double) { self.base = base }

    public func rate(at step: Int, of total: Int) -> Double { base }
}

extension Schedule where Self == ConstantSchedule {
    public static func constant(_ base: Double) -> Self { ConstantSchedule(base) }
}
