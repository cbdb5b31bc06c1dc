// Both builds of the kernels share this type.
#if !AVX512

    /// The order in which sums over samples are taken when one pass computes several shards: each shard's samples one
    /// after the other, then the shards over their `SummationTree`. The sums have the bits of shards computed alone.
    public final class SumOrder: Sendable {
        /// Samples of each shard.
        public let counts: [Int]
        /// After each shard: how many nodes of the tree end with it.
        public let sumsEnding: [Int]
        /// The most sums that stand unfinished at once.
        public let depth: Int

        public init(counts: [Int]) {
            self.counts = counts
            sumsEnding = SummationTree(leaves: counts.count).sumsEnding(inside: 0..<counts.count)
            var (depth, deepest) = (0, 0)
            for ending in sumsEnding {
                deepest = max(deepest, depth + 1)
                depth += 1 - ending
            }
            self.depth = deepest
        }

        /// Calls `body` with each shard's first sample and number of samples, and how many nodes of the tree end with
        /// it.
        @inlinable @inline(__always)
        public func forEachShard(_ body: (_ first: Int, _ count: Int, _ sumsEnding: Int) -> Void) {
            var first = 0
            for shard in counts.indices {
                body(first, counts[shard], sumsEnding[shard])
                first += counts[shard]
            }
        }
    }

#endif
