import Formats

/// A machine that ranks may run on.
struct Host: Equatable, Sendable {
    let name: String
    /// Ranks it takes; nil where the hostfile does not say, for as many as it has cores.
    var slots: Int?
}

/// The hosts of a file as mpirun reads it: lines `name slots=N`, `#` before comments.
struct Hostfile: Equatable, Sendable {
    var hosts: [Host] = []

    init(path: String) throws(FileError) {
        let text = String(decoding: try Files.read(path, limit: 1 << 24), as: UTF8.self)
        try self.init(text, path: path)
    }

    /// - Parameter path: for messages.
    init(_ text: String, path: String) throws(FileError) {
        for (index, line) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
            .enumerated()
        {
            let words = line.prefix { $0 != "#" }.split { " \t\r".contains($0) }
            guard let name = words.first else { continue }
            var host = Host(name: String(name))
            for word in words.dropFirst() {
                let pair = word.split(separator: "=", maxSplits: 1)
                guard pair.count == 2, let number = Int(pair[1]), number > 0,
                    ["slots", "max_slots", "max-slots"].contains(pair[0]), !name.contains("=")
                else {
                    throw FileError(
                        .malformed, path, "line \(index + 1): expected 'name slots=N', found '\(line)'",
                        advice: "write a host a line; see cluster/hostfile.example")
                }
                if pair[0] == "slots" { host.slots = number }
            }
            add(host)
        }
        guard !hosts.isEmpty else {
            throw FileError(
                .malformed, path, "names no host",
                advice: "write lines 'name slots=N'; see cluster/hostfile.example")
        }
    }

    /// A host that is named again has the slots of both lines.
    private mutating func add(_ host: Host) {
        guard let index = hosts.firstIndex(where: { $0.name == host.name }) else { return hosts.append(host) }
        if let slots = host.slots { hosts[index].slots = (hosts[index].slots ?? 0) + slots }
    }
}
