import Glibc

/// The machine's processor, as Linux describes it.
public enum CPU {
    /// Its model's name.
    static var model: String { field("model name") ?? "unknown" }

    /// Why it cannot run the kernels, or nil if it can.
    ///
    /// On x86-64 they are compiled for AVX2 and FMA (x86-64-v3); without this check they would end in SIGILL.
    public static var unsuitability: String? {
        #if arch(x86_64)
            guard let flags = field("flags") else { return nil }
            let present = Set(flags.split(separator: " "))
            let missing = ["avx2", "fma", "bmi2", "movbe"].filter { !present.contains(Substring($0)) }
            if missing.isEmpty { return nil }
            return """
                this CPU lacks \(missing.joined(separator: ", ")), which the kernels need: use a machine with an \
                Intel Haswell (2013), AMD Zen (2017) or later
                """
        #else
            return nil
        #endif
    }

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
