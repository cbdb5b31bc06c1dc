import Collectives
import Glibc
import Limits

/// What this machine is like, as far as mpirun must be told.
struct LaunchMachine: Equatable, Sendable {
    /// Those that compute at once, threads of a core counted each.
    var cores: Int
    /// What mpirun counts as slots.
    var physicalCores: Int
    var isRoot: Bool
    /// Whether processes may not read each other's memory, as in most containers.
    var forbidsCopies: Bool
    /// Whether mpirun knows hosts and slots from a batch system.
    var isAllocation: Bool
}

extension LaunchMachine {
    /// The machine this process runs on.
    static func current(_ environment: [String: String]) -> LaunchMachine {
        let cores = availableCores()
        let isContainer =
            ["/.dockerenv", "/run/.containerenv"].contains { textOfSmallFile($0) != nil }
            || environment["container"] != nil || environment["KUBERNETES_SERVICE_HOST"] != nil
        return LaunchMachine(
            cores: cores, physicalCores: min(cores, physicalCores ?? cores), isRoot: geteuid() == 0,
            forbidsCopies: isContainer && !mayTrace,
            isAllocation: environment["SLURM_JOB_ID"] != nil && environment["SLURM_NNODES"] != nil)
    }

    /// Groups of threads that share a core, as "0-1" or "0,4"; nil where the kernel does not say.
    private static var physicalCores: Int? {
        let groups = (0..<4096).lazy.map {
            textOfSmallFile("/sys/devices/system/cpu/cpu\($0)/topology/thread_siblings_list")
        }
        .prefix { $0 != nil }
        let count = Set(groups.compactMap { $0 }).count
        return count > 0 ? count : nil
    }

    /// Bit 19 of the effective capabilities is CAP_SYS_PTRACE.
    private static var mayTrace: Bool {
        let line = textOfSmallFile("/proc/self/status")?.split(separator: "\n").first {
            $0.hasPrefix("CapEff:")
        }
        let mask = line.flatMap { UInt64($0.dropFirst(7).drop { $0 == "\t" || $0 == " " }, radix: 16) }
        return mask.map { $0 >> 19 & 1 == 1 } ?? false
    }
}
