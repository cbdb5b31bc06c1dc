/// The order in which sums over samples are taken when one pass computes several shards: each shard's samples one
/// after the other, then the shards over their `SummationTree`. The sums have the bits of shards computed alone.
public final class SumOrder: Sendable {
    /// The rows that hold each shard's samples, in order.
    public let shards: [Range<Int>]
    /// How the shards' sums are added.
    public let schedule: SumSchedule

    /// - Parameter counts: samples of each shard.
    public init(counts: [Int]) {
        var end = 0
        shards = counts.map { count in
            precondition(count >= 0, "a shard of \(count) samples")
            end += count
            return end - count..<end
        }
        schedule = SummationTree(leaves: counts.count).schedule(of: counts.indices.map { $0..<$0 + 1 })
    }
}
