import Kernels

/// Adds one buffer per shard over the `SummationTree`: the same additions in the same order at every world size.
///
/// A rank hands in its shards' buffers in order; complete subtrees are folded as soon as their last shard is in.
/// `reduce()` then exchanges the subtree sums and leaves the root on every rank.
public final class TreeReduction {
    /// Where the rank's shards and subtree sums stand: a stack of buffers.
    private let buffers: [Floats]
    private let count: Int
    private let exchange: RankExchange
    private let firstShard: Int
    private let sumsEnding: [Int]
    private var depth = 0
    private var shardsIn = 0

    /// The buffers of `count` floats a rank needs for its shards, and for the total.
    public static func bufferCount(shards: Int, rank: Int, size: Int) -> Int {
        var (depth, deepest) = (0, 0)
        let owned = ownedShards(shards, rank: rank, size: size)
        for ending in SummationTree(leaves: shards).sumsEnding(inside: owned) {
            deepest = max(deepest, depth + 1)
            depth += 1 - ending
        }
        return max(deepest, 1)
    }

    /// - Parameters:
    ///   - shards: leaves of the tree; a rank beyond them adds nothing and receives the total.
    ///   - buffers: `bufferCount` buffers of `count` floats each, which must outlive the reduction.
    public init(shards: Int, count: Int, buffers: [Floats], world: any Communicator) {
        let owned = ownedShards(shards, rank: world.rank, size: world.size)
        self.buffers = buffers
        self.count = count
        firstShard = owned.lowerBound
        sumsEnding = SummationTree(leaves: shards).sumsEnding(inside: owned)
        exchange = RankExchange(tree: SummationTree(leaves: shards), count: count, world: world)
    }

    /// The index of the buffer the next shard's numbers go into; it is to be overwritten whole.
    public var nextBuffer: Int { depth }

    /// Takes the next shard's numbers, now in `buffers[nextBuffer]`, and adds every subtree they complete.
    public func addShard() {
        depth += 1
        for _ in 0..<sumsEnding[shardsIn] {
            depth -= 1
            add(count, buffers[depth - 1], buffers[depth], into: buffers[depth - 1])
        }
        shardsIn += 1
    }

    /// Adds all ranks' subtrees. Afterwards `buffers[0]` holds the sum over all shards, on every rank.
    public func reduce() throws(CommunicatorError) {
        precondition(shardsIn == sumsEnding.count, "\(shardsIn) of \(sumsEnding.count) shards are in")
        try exchange.reduce(depth, of: buffers)
        depth = 0
        shardsIn = 0
    }

    /// Adds all ranks' shards by the transport's own all-reduce instead: the bits then depend on the world size.
    public func reduceUnordered() throws(CommunicatorError) {
        precondition(shardsIn == sumsEnding.count, "\(shardsIn) of \(sumsEnding.count) shards are in")
        if depth == 0 { fill(count, buffers[0], with: 0) }
        for subtree in 1..<max(depth, 1) { add(count, buffers[0], buffers[subtree], into: buffers[0]) }
        try exchange.world.allReduceSum(UnsafeMutableBufferPointer(start: buffers[0], count: count))
        depth = 0
        shardsIn = 0
    }
}
