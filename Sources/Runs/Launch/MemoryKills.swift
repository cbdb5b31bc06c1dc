import Glibc

/// How often the kernel has killed a process for memory, as far as we may know.
enum MemoryKills {
    /// In this process's control group and those above it: version 2 counts in memory.events, version 1 in
    /// memory.oom_control. Nil where neither can be read.
    static var count: Int? { count(read: smallFile) }

    static func count(read: (String) -> String?) -> Int? {
        let root = "/sys/fs/cgroup"
        let paths = (read("/proc/self/cgroup") ?? "").split(separator: "\n").compactMap { group -> String? in
            let parts = group.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
            guard parts.count == 3 else { return nil }
            if parts[1].isEmpty { return "\(root)\(parts[2])/memory.events" }
            return parts[1].split(separator: ",").contains("memory")
                ? "\(root)/memory\(parts[2])/memory.oom_control" : nil
        }
        // In a container the group's path may be the host's: then only the mounts themselves are there.
        let all = paths + ["\(root)/memory.events", "\(root)/memory/memory.oom_control"]
        return all.compactMap { read($0).flatMap(kills) }.first
    }

    /// From a line "oom_kill 3".
    private static func kills(_ text: String) -> Int? {
        let line = text.split(separator: "\n").first { $0.hasPrefix("oom_kill ") }
        return line.flatMap { Int($0.dropFirst(9)) }
    }
}
