/// Numbers as people read them, without Foundation and whatever the locale.
public enum NumberText {
    /// A fixed number of decimals: `fixed(0.18734, 4)` is "0.1873".
    public static func fixed(_ value: Double, _ decimals: Int) -> String {
        let scale = (0..<decimals).reduce(1.0) { power, _ in power * 10 }
        let scaled = (value.magnitude * scale).rounded()
        guard scaled < 1e15 else { return "\(value)" }  // also NaN and infinity
        let digits = String(Int(scaled))
        let padded = String(repeating: "0", count: max(0, decimals + 1 - digits.count)) + digits
        let point = decimals > 0 ? "." : ""
        return (value < 0 && scaled > 0 ? "-" : "") + padded.dropLast(decimals) + point
            + padded.suffix(decimals)
    }

    /// A part of a whole: "98.12 % (9812 of 10000)".
    public static func share(_ part: Int, of whole: Int) -> String {
        "\(fixed(100 * Double(part) / Double(whole), 2)) % (\(part) of \(whole))"
    }

    /// Three significant digits and a power of thousand: "950", "12.4k", "1.25M".
    public static func short(_ value: Double) -> String {
        var value = value
        var suffixes = ["", "k", "M", "G", "T"][...]
        while value >= 999.5, suffixes.count > 1 {
            value /= 1000
            suffixes.removeFirst()
        }
        let decimals = suffixes.first == "" || value >= 99.95 ? 0 : value >= 9.995 ? 1 : 2
        return fixed(value, decimals) + suffixes[suffixes.startIndex]
    }

    /// A duration: "0:41", "12:07", "3:05:00"; "--:--" for one that is not known.
    public static func duration(_ seconds: Double?) -> String {
        guard let seconds, seconds >= 0, seconds < 1e9 else { return "--:--" }
        let total = Int(seconds.rounded())
        func two(_ value: Int) -> String { value < 10 ? "0\(value)" : "\(value)" }
        let minutes = total / 60
        return minutes < 60
            ? "\(minutes):\(two(total % 60))" : "\(minutes / 60):\(two(minutes % 60)):\(two(total % 60))"
    }
}
