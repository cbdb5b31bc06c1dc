import Glibc

/// Half a cosine from the base rate to zero at the end (Loshchilov & Hutter 2017).
public struct CosineSchedule: Schedule {
    public let base: Double

    public init(_ base: Double) { self.base = base }

    public func rate(at step: Int, of total: Int) -> Double {
        let length = max(total, 1)
        return base * 0.5 * (1 + cos(Double.pi * Double(min(step, length)) / Double(length)))
    }
}

extension Schedule where Self == CosineSchedule {
    public static func cosine(_ base: Double) -> Self { CosineSchedule(base) }
}
