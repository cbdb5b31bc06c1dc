/// What the lines of mpirun and of the ranks tell of who failed first.
struct FailureTrail: Equatable, Sendable {
    /// "rank 2 on host b, signal 9 (Killed)".
    private(set) var death: String?
    /// A host that mpirun lost.
    private(set) var lostHost: String?
    /// The first error that a rank told.
    private(set) var error: String?
    private var expectsRemoteDaemon = false

    /// What happened, in words.
    var text: String? { death ?? lostHost.map { "host \($0) was lost" } }

    mutating func read(_ line: Substring) {
        if let died = Self.deathNotice(line) { death = death ?? died }
        if line.contains("lost communication with a remote daemon") { expectsRemoteDaemon = true }
        if expectsRemoteDaemon, line.contains("Remote daemon"), let name = line.split(separator: " ").last {
            lostHost = lostHost ?? String(name)
        }
        if error == nil, let range = line.firstRange(of: ": error: ") {
            let place = line.hasPrefix("[rank ") ? line.prefix { $0 != "]" }.dropFirst() + ": " : ""
            error = String((place + line[range.upperBound...]).prefix(500))
        }
    }

    /// From "mpirun noticed that process rank 1 with PID 77 on node b exited on signal 9 (Killed).", or prterun's.
    private static func deathNotice(_ line: Substring) -> String? {
        guard let start = line.firstRange(of: "noticed that process rank ") else { return nil }
        let words = line[start.upperBound...].split(separator: " ")
        guard let rank = words.first.flatMap({ Int($0) }), let node = words.firstIndex(of: "node"),
            node + 1 < words.count, let on = line.firstRange(of: " exited on ")
        else { return nil }
        let how = line[on.upperBound...].prefix { $0 != "." }
        return "rank \(rank) on host \(words[node + 1]) died of \(how)"
    }
}
