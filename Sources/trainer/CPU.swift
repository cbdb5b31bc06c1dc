import Formats

/// Why this CPU cannot run the kernels, or nil if it can.
///
/// On x86-64 they are compiled for AVX2 and FMA (x86-64-v3); without this check they would end in SIGILL.
func unsuitableCPU() -> String? {
    #if arch(x86_64)
        guard let text = try? Files.read("/proc/cpuinfo"),
            let line = text.split(separator: UInt8(ascii: "\n")).lazy
                .map({ String(decoding: $0, as: UTF8.self) }).first(where: { $0.hasPrefix("flags") })
        else { return nil }
        let flags = Set(line.split(separator: " "))
        let missing = ["avx2", "fma", "bmi2", "movbe"].filter { !flags.contains(Substring($0)) }
        if missing.isEmpty { return nil }
        return """
            this CPU lacks \(missing.joined(separator: ", ")), which the kernels need: use a machine with an Intel \
            Haswell (2013), AMD Zen (2017) or later
            """
    #else
        return nil
    #endif
}
