import Glibc

/// How much more memory can be had: by this process within its own limits, and by all processes of this host together.
public struct AvailableMemory: Equatable, Sendable {
    /// The tightest of several limits.
    public struct Bound: Equatable, Sendable {
        /// Bytes that are left.
        public let bytes: Int
        /// What leaves no more, in words: "ulimit -v".
        public let name: String

        public init(bytes: Int, name: String) { (self.bytes, self.name) = (bytes, name) }
    }

    /// What `ulimit` leaves this process; nil where nothing limits it.
    public let process: Bound?
    /// What control groups and the machine leave every process of the host; nil where the kernel does not say.
    public let host: Bound?

    /// What can be had now.
    public static func now() -> AvailableMemory {
        AvailableMemory(
            addressSpace: limit(RLIMIT_AS), data: limit(RLIMIT_DATA), read: textOfSmallFile)
    }

    /// - Parameters:
    ///   - addressSpace: the most bytes of addresses, `ulimit -v`; nil for any.
    ///   - data: the most bytes of memory of its own, `ulimit -d`; nil for any.
    ///   - read: the kernel's files.
    init(addressSpace: Int?, data: Int?, read: ControlGroups.Reader) {
        let status = read("/proc/self/status") ?? ""
        let own = [("ulimit -v", addressSpace, "VmSize:"), ("ulimit -d", data, "VmData:")]
        process = Self.tightest(
            own.compactMap { name, limit, key in
                limit.map { Bound(bytes: $0 - (Self.kibibytes(key, in: status) ?? 0), name: name) }
            })
        let machine = read("/proc/meminfo") ?? ""
        let free = Self.kibibytes("MemAvailable:", in: machine).map {
            Bound(bytes: $0 + (Self.kibibytes("SwapFree:", in: machine) ?? 0), name: "free memory")
        }
        let groups = ControlGroups.folders(of: "memory", read: read).compactMap { Self.left(in: $0, read) }
        host = Self.tightest((free.map { [$0] } ?? []) + groups)
    }

    private static func tightest(_ bounds: [Bound]) -> Bound? {
        bounds.min { $0.bytes < $1.bytes }.map { Bound(bytes: max(0, $0.bytes), name: $0.name) }
    }

    /// What a control group's limit leaves; nil where it has none. Files that are cached give way.
    private static func left(in group: ControlGroups.Folder, _ read: ControlGroups.Reader) -> Bound? {
        func number(_ name: String) -> Int? {
            read("\(group.path)/\(name)").flatMap { Int($0.prefix { $0.isNumber }) }
        }
        let limit = number(group.isUnified ? "memory.max" : "memory.limit_in_bytes")
        let used = number(group.isUnified ? "memory.current" : "memory.usage_in_bytes")
        guard let limit, let used else { return nil }
        let statistics = read("\(group.path)/memory.stat") ?? ""
        let prefix = group.isUnified ? "" : "total_"
        let cached = ["inactive_file", "active_file"].reduce(0) { sum, name in
            sum + (value(of: prefix + name, in: statistics) ?? 0)
        }
        return Bound(bytes: limit - used + min(cached, used), name: "the control group's limit")
    }

    /// "VmSize:     1234 kB", in bytes.
    private static func kibibytes(_ key: String, in text: String) -> Int? {
        value(of: key, in: text).map { $0 * 1024 }
    }

    /// The number behind a word that begins a line.
    private static func value(of key: String, in text: String) -> Int? {
        for line in text.split(separator: "\n") {
            let words = line.split { $0 == " " || $0 == "\t" }
            if words.count >= 2, words[0] == key { return Int(words[1]) }
        }
        return nil
    }

    private static func limit(_ resource: __rlimit_resource) -> Int? {
        var limits = rlimit()
        guard getrlimit(Int32(resource.rawValue), &limits) == 0, limits.rlim_cur <= UInt(Int.max) else {
            return nil
        }
        return Int(limits.rlim_cur)
    }
}
