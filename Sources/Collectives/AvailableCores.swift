import Glibc

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
    /// Where groups are mounted.
    private static let root = "/sys/fs/cgroup"

    /// The cores of the tightest group the process is in, rounded up; nil where none limits it.
    ///
    /// - Parameter read: the text of a file, or nil where it cannot be read.
    static func cores(read: (String) -> String?) -> Int? {
        let groups = read("/proc/self/cgroup") ?? ""
        let shares = groups.split(separator: "\n").compactMap { group -> Double? in
            // "4:cpu,cpuacct:/user" of version 1; "0::/user" of version 2.
            let parts = group.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
            guard parts.count == 3 else { return nil }
            let controllers = parts[1].split(separator: ",")
            if controllers.isEmpty {
                return tightest(["\(root)", "\(root)/unified"], parts[2]) { folder in
                    share(read("\(folder)/cpu.max"))
                }
            }
            guard controllers.contains("cpu") else { return nil }
            return tightest(["\(root)/\(parts[1])", "\(root)/cpu"], parts[2]) { folder in
                let quota = read("\(folder)/cpu.cfs_quota_us") ?? ""
                return share("\(quota) \(read("\(folder)/cpu.cfs_period_us") ?? "")")
            }
        }
        // No machine has as many cores as an Int can count.
        return shares.min().map { Int(min($0, 1e9).rounded(.up)) }
    }

    /// The least share of a group and of all it lies in. In a container the group's path may be the host's: then only
    /// the mounts themselves are there.
    private static func tightest(
        _ mounts: [String], _ path: Substring, share: (String) -> Double?
    ) -> Double? {
        let names = path.split(separator: "/").filter { $0 != ".." }
        let folders = mounts.flatMap { mount in
            (0...names.count).map { ([mount] + names.prefix($0).map(String.init)).joined(separator: "/") }
        }
        return folders.compactMap(share).min()
    }

    /// Microseconds of computing in a period, over the period's: "150000 100000"; "max" or -1 for any.
    private static func share(_ text: String?) -> Double? {
        let numbers = (text ?? "").split { $0 == " " || $0 == "\n" }.map { Double($0) }
        guard numbers.count == 2, let quota = numbers[0], let period = numbers[1] else { return nil }
        return quota > 0 && period > 0 ? quota / period : nil
    }
}

/// One of the kernel's files.
private func textOfSmallFile(_ path: String) -> String? {
    guard let file = fopen(path, "r") else { return nil }
    defer { fclose(file) }
    var bytes = [UInt8](repeating: 0, count: 65_536)
    let count = fread(&bytes, 1, bytes.count, file)
    return String(decoding: bytes.prefix(count), as: UTF8.self)
}
