import Glibc
import Limits

/// How many threads of this process can compute at once: the least of the cores it may run on and of the share of them
/// that its control groups leave it, rounded up.
public func availableCores() -> Int {
    let allowed = allowedCores(read: textOfSmallFile) ?? Int(sysconf(Int32(_SC_NPROCESSORS_ONLN)))
    return max(1, min(allowed, CPUQuota.cores(read: textOfSmallFile) ?? Int.max))
}

/// The cores that the process's affinity allows: the bits of "Cpus_allowed: ff,ffffffff".
///
/// - Parameter read: the text of a file, or nil where it cannot be read.
func allowedCores(read: (String) -> String?) -> Int? {
    let key = "Cpus_allowed:"
    let line = read("/proc/self/status")?.split(separator: "\n").first { $0.hasPrefix(key) }
    return line.map { $0.dropFirst(key.count).reduce(0) { $0 + ($1.hexDigitValue ?? 0).nonzeroBitCount } }
}

/// What Linux's control groups allow a process.
enum CPUQuota {
    /// The cores of the tightest group the process is in, rounded up; nil where none limits it.
    ///
    /// - Parameter read: the text of a file, or nil where it cannot be read.
    static func cores(read: (String) -> String?) -> Int? {
        let shares = ControlGroups.folders(of: "cpu", read: read).compactMap { group -> Double? in
            if group.isUnified { return share(read("\(group.path)/cpu.max")) }
            let quota = read("\(group.path)/cpu.cfs_quota_us") ?? ""
            return share("\(quota) \(read("\(group.path)/cpu.cfs_period_us") ?? "")")
        }
        // No machine has as many cores as an Int can count.
        return shares.min().map { Int(min($0, 1e9).rounded(.up)) }
    }

    /// Microseconds of computing in a period, over the period's: "150000 100000"; "max" or -1 for any.
    private static func share(_ text: String?) -> Double? {
        let numbers = (text ?? "").split { $0 == " " || $0 == "\n" }.map { Double($0) }
        guard numbers.count == 2, let quota = numbers[0], let period = numbers[1] else { return nil }
        return quota > 0 && period > 0 ? quota / period : nil
    }
}
