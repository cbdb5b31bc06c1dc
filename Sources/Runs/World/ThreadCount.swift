import Collectives

/// How many ranks a process holds: what was asked for; else one where a launcher started it, and otherwise as many as there
/// are cores and shards for.
///
/// - Parameter shards: nil where they are not known, such as for settings that exclude each other.
public func threadCount(_ asked: Int?, isLaunched: Bool, shards: @autoclosure () -> Int?) -> Int {
    asked ?? (isLaunched ? 1 : min(availableCores(), shards() ?? 1))
}
