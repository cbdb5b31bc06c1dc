// Both builds of the kernels share this type.
#if !AVX512

    /// The order in which sums over samples are taken when one pass computes several shards: each shard's samples one
    /// after the other, then the shards over their `SummationTree`. The sums have the bits of shards computed alone.
    public final class SumOrder: Sendable {
        /// The rows that hold each shard's samples, in order.
        public let shards: [Range<Int>]
        /// After each shard: how many nodes of the tree end with it.
        public let sumsEnding: [Int]
        /// The most sums that stand unfinished at once.
        public let depth: Int

        /// Floats of the scratch memory a product needs: room for `depth` of the largest blocks, ten of the widest vectors.
        public var roomForProducts: Int { depth * 10 * 16 }

        /// - Parameter counts: samples of each shard.
        public init(counts: [Int]) {
            var end = 0
            shards = counts.map { count in
                end += count
                return end - count..<end
            }
            sumsEnding = SummationTree(leaves: counts.count).sumsEnding(inside: 0..<counts.count)
            depth = SummationTree.depth(ofSumsEnding: sumsEnding)
        }
    }

#endif
