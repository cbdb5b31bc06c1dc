import BLAS
import Collectives
import Glibc
import Kernels

extension Doctor {
    func processor() -> Finding {
        if let reason = CPU.unsuitability {
            return .error("processor", reason, advice: "use a machine with AVX2 and FMA")
        }
        return .ok("processor", "\(CPU.model), " + (CPU.hasAVX512 ? "AVX-512" : "AVX2 and FMA"))
    }

    func cores() -> Finding {
        let (usable, online) = (availableCores(), Int(sysconf(Int32(_SC_NPROCESSORS_ONLN))))
        guard usable < online else { return .ok("cores", "\(usable)") }
        return .warning(
            "cores", "\(usable) of \(online): affinity or a control group's quota keeps the others away",
            advice: "start at most \(usable) ranks here, or ask for more cores")
    }

    func memory() -> [Finding] {
        let text = smallFile("/proc/meminfo") ?? ""
        var findings: [Finding] = []
        if let free = kibibytes(of: "MemAvailable", in: text) {
            findings.append(
                free < 512 << 10
                    ? .warning("memory", "\(free >> 10) MiB are free", advice: "end what else runs here")
                    : .ok("memory", "\(free >> 10) MiB are free"))
        }
        if let limit = memoryLimit(read: smallFile) {
            findings.append(
                limit < 1 << 30
                    ? .warning(
                        "memory", "a control group allows \(limit >> 20) MiB",
                        advice: "ask for more, or start fewer ranks")
                    : .ok("memory", "a control group allows \(limit >> 20) MiB"))
        }
        // Ranks of one machine exchange messages there; containers often have 64 MiB.
        if let free = freeBytes("/dev/shm"), free < 64 << 20 {
            findings.append(
                .warning(
                    "memory", "/dev/shm has \(free >> 20) MiB", advice: "enlarge it: docker run --shm-size=1g"
                ))
        }
        return findings
    }

    func limits() -> [Finding] {
        var findings: [Finding] = []
        let checks: [(resource: __rlimit_resource, name: String, least: UInt, unit: String)] = [
            (RLIMIT_AS, "-v", 4 << 30, "bytes of address space"),
            (RLIMIT_DATA, "-d", 2 << 30, "bytes of data"),
            (RLIMIT_FSIZE, "-f", 4 << 30, "bytes a file"), (RLIMIT_NOFILE, "-n", 256, "open files"),
        ]
        for check in checks {
            var limit = rlimit()
            guard getrlimit(Int32(check.resource.rawValue), &limit) == 0, limit.rlim_cur < check.least else {
                continue
            }
            findings.append(
                .warning(
                    "limits", "ulimit \(check.name) allows \(limit.rlim_cur) \(check.unit)",
                    advice: "raise it to \(check.least) or more"))
        }
        return findings.isEmpty ? [.ok("limits", "none that matters (ulimit)")] : findings
    }

    func products() -> Finding {
        guard let library = OpenBLAS.shared else {
            return .warning(
                "OpenBLAS", "not installed: only --products openblas and bench kernels need it",
                advice: "for those install libopenblas0")
        }
        return .ok("OpenBLAS", library.description)
    }
}

/// The number on a line "MemAvailable:  1234 kB".
func kibibytes(of key: String, in text: String) -> Int? {
    let line = text.split(separator: "\n").first { $0.hasPrefix(key + ":") }
    return line?.split(separator: " ").dropFirst().first.flatMap { Int($0) }
}

/// The bytes that the tightest control group of the process, or one it lies in, allows; nil where none limits it.
func memoryLimit(read: (String) -> String?) -> Int? {
    let root = "/sys/fs/cgroup"
    var files = ["\(root)/memory.max", "\(root)/memory/memory.limit_in_bytes"]
    for group in (read("/proc/self/cgroup") ?? "").split(separator: "\n") {
        let parts = group.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count == 3 else { continue }
        let names = parts[2].split(separator: "/")
        for depth in names.indices {
            let path = names[...depth].joined(separator: "/")
            files.append(
                parts[1].isEmpty
                    ? "\(root)/\(path)/memory.max" : "\(root)/memory/\(path)/memory.limit_in_bytes")
        }
    }
    // Version 1 says "no limit" by a number that no machine has.
    return files.compactMap { read($0).flatMap { Int($0.prefix { $0.isNumber }) } }.filter { $0 < 1 << 60 }
        .min()
}

/// What a file system has left for this user; nil where there is none.
func freeBytes(_ path: String) -> Int? {
    var status = statvfs()
    guard statvfs(path, &status) == 0 else { return nil }
    return Int(status.f_bavail) * Int(status.f_frsize)
}
