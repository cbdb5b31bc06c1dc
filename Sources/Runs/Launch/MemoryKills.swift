import Limits

/// How often the kernel has killed a process for memory, as far as we may know.
enum MemoryKills {
    /// In this process's control group and those above it: version 2 counts in memory.events, version 1 in
    /// memory.oom_control. Nil where neither can be read.
    static var count: Int? { count(read: textOfSmallFile) }

    static func count(read: ControlGroups.Reader) -> Int? {
        ControlGroups.folders(of: "memory", read: read).reversed().compactMap { folder in
            read("\(folder.path)/\(folder.isUnified ? "memory.events" : "memory.oom_control")").flatMap(kills)
        }.first
    }

    /// From a line "oom_kill 3".
    private static func kills(_ text: String) -> Int? {
        let line = text.split(separator: "\n").first { $0.hasPrefix("oom_kill ") }
        return line.flatMap { Int($0.dropFirst(9)) }
    }
}
