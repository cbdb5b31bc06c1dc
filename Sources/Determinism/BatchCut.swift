/// How batches are cut into the leaves of the summation tree: into shards, which are owned whole, and large shards
/// further, into 2ᵏ parts of at most 32 samples: what a pass computes together should stay in the cache.
///
/// 2 shards of 64 samples are 4 leaves of 32. The tree over all leaves is the tree over the shards, each leaf of it
/// refined, for a node splits after a power of two.
public struct BatchCut: Sendable, Equatable {
    /// The most samples of a leaf. Part of every result's bits.
    public static let largestPart = 32

    public let shards: Int
    /// A power of two.
    public let partsPerShard: Int

    public var leaves: Int { shards * partsPerShard }
    public var tree: SummationTree { SummationTree(leaves: leaves) }

    /// - Parameter samples: the most of a batch; shorter batches are cut alike.
    public init(shards: Int, samples: Int) {
        precondition(shards >= 1 && samples >= 0, "\(samples) samples in \(shards) shards")
        self.shards = shards
        var parts = 1
        while samples > shards * parts * Self.largestPart { parts *= 2 }
        partsPerShard = parts
    }

    /// The samples of a batch of `count` that are in a leaf.
    public func samples(ofLeaf leaf: Int, count: Int) -> Range<Int> {
        evenPart(leaf, of: leaves, count: count)
    }

    /// The samples of a batch of `count` that are in a shard.
    public func samples(ofShard shard: Int, count: Int) -> Range<Int> {
        evenPart(shard, of: shards, count: count)
    }

    /// The leaves that rank `rank` of `size` computes: those of its shards.
    public func ownedLeaves(rank: Int, size: Int) -> Range<Int> {
        let owned = ownedShards(shards, rank: rank, size: size)
        return owned.lowerBound * partsPerShard..<owned.upperBound * partsPerShard
    }
}
