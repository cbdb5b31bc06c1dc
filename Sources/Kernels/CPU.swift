import CCPU
import Glibc

/// The machine's processor, as Linux describes it.
public enum CPU {
    /// Its model's name.
    public static var model: String { field("model name") ?? "unknown" }

    /// Why it cannot run the kernels, or nil if it can.
    ///
    /// They are compiled for AVX2 and FMA (x86-64-v3) at least; without this check they would end in SIGILL.
    public static var unsuitability: String? {
        guard let flags = field("flags") else { return nil }
        let present = Set(flags.split(separator: " "))
        let missing = ["avx2", "fma", "bmi2", "movbe"].filter { !present.contains(Substring($0)) }
        if missing.isEmpty { return nil }
        return """
            this CPU lacks \(missing.joined(separator: ", ")), which the kernels need: use a machine with an \
            Intel Haswell (2013), AMD Zen (2017) or later
            """
    }

    /// Whether it has the parts of AVX-512 that the wider kernels use (x86-64-v4).
    public static var hasAVX512: Bool { lockstep_cpu_has_avx512() != 0 }

    /// The first value of a field of /proc/cpuinfo, whose size cannot be asked beforehand.
    private static func field(_ name: String) -> String? {
        guard let file = fopen("/proc/cpuinfo", "r") else { return nil }
        defer { fclose(file) }
        var line: UnsafeMutablePointer<CChar>?
        var capacity = 0
        defer { free(line) }
        while getline(&line, &capacity, file) > 0 {
            guard let line else { return nil }
            let parts = String(cString: line).split(separator: ":", maxSplits: 1)
            if parts.count == 2, parts[0].hasPrefix(name) {
                return String(parts[1].drop { $0 == " " }.prefix { $0 != "\n" })
            }
        }
        return nil
    }
}
