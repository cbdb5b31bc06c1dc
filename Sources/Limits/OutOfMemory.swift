/// Memory that cannot be had.
public struct OutOfMemory: Error, Equatable, CustomStringConvertible {
    /// `EX_OSERR` of sysexits.h: the system cannot give what is asked of it.
    public static let exitStatus: Int32 = 71

    /// How much is needed, and what leaves how much: "1.9 GiB are needed for the parameters, 0.4 GiB can be had (ulimit -v)".
    public let reason: String
    /// What to do next.
    public let advice: String

    /// - Parameters:
    ///   - purpose: what for: "for the parameters", "to read it".
    ///   - bound: what leaves less; nil where only the kernel knows.
    init(needed: Int, _ purpose: String, bound: AvailableMemory.Bound?) {
        let had = bound.map { "\(Self.text($0.bytes)) can be had (\($0.name))" } ?? "and cannot be had"
        reason = "\(Self.text(needed)) are needed \(purpose), \(had)"
        advice = "take something smaller, fewer ranks on a host, or more memory"
    }

    public var description: String { "\(reason); \(advice)" }

    /// Bytes for people: "1.9 GiB".
    public static func text(_ bytes: Int) -> String {
        let units = ["KiB", "MiB", "GiB", "TiB", "PiB", "EiB"]
        var (value, unit) = (Double(bytes) / 1024, 0)
        while value >= 1024, unit < units.count - 1 {
            value /= 1024
            unit += 1
        }
        let tenths = Int((value * 10).rounded())
        return "\(tenths / 10).\(tenths % 10) \(units[unit])"
    }
}
