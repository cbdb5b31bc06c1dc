import Collectives

/// How many ranks a process holds: what was asked for; else one where a launcher started it, and otherwise as many as there
/// are cores and shards for.
///
/// - Parameter shards: nil where they are not known, such as for settings that exclude each other.
public func threadCount(_ asked: Int?, isLaunched: Bool, shards: @autoclosure () -> Int?) -> Int {
    asked ?? (isLaunched ? 1 : min(availableCores(), shards() ?? 1))
}

/// Where a world's ranks are, in words: "4 processes", "2 threads".
func placeText(ranks: Int, threads: Int) -> String {
    func counted(_ count: Int, _ noun: String, _ nouns: String) -> String {
        "\(count) \(count == 1 ? noun : nouns)"
    }
    let processes = ranks / threads
    if threads == 1 { return counted(processes, "process", "processes") }
    return (processes > 1 ? "\(processes) processes of " : "") + counted(threads, "thread", "threads")
}
