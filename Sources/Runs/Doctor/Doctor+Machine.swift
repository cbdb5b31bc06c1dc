import BLAS
import Collectives
import Glibc
import Kernels
import Limits

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
        var findings: [Finding] = []
        if let left = AvailableMemory.now().host {
            let text = "\(left.bytes >> 20) MiB can be had, by \(left.name)"
            findings.append(
                left.bytes < 512 << 20
                    ? .warning("memory", text, advice: "end what else runs here, or ask for more")
                    : .ok("memory", text))
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

/// What a file system has left for this user; nil where there is none.
func freeBytes(_ path: String) -> Int? {
    var status = statvfs()
    guard statvfs(path, &status) == 0 else { return nil }
    return Int(status.f_bavail) * Int(status.f_frsize)
}
