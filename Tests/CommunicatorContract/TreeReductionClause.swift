import Collectives
import Determinism
import Kernels
import TestSupport

/// Sizes of the tree reduction to go through.
public struct TreeReductionCases: Sendable {
    public var shards: ClosedRange<Int>
    public var counts: [Int]

    public init(shards: ClosedRange<Int> = 1...17, counts: [Int] = [0, 1, 7, 64, 1000]) {
        self.shards = shards
        self.counts = counts
    }
}

/// The sum over the shards is the tree's, bit for bit, on every rank, also the second time; ranks may outnumber shards
/// by two.
public func checkTreeReduction(
    _ world: any Communicator, _ cases: TreeReductionCases = TreeReductionCases()
) throws {
    for shards in cases.shards where shards >= world.size - 2 {
        for count in cases.counts {
            for (atOnce, buckets) in [(1, 1), (1, 3), (4, 2)] {
                let reducer = try ShardReducer(
                    cut: BatchCut(shards: shards, samples: 0), atOnce: atOnce, count: count, buckets: buckets,
                    world: world)
                for round in 0..<2 {
                    let found = try reducer.sum { shard in leaf(shard, count: count, round: round) }
                    try require(
                        found.map(\.bitPattern),
                        equals: expectedSums[round][shards - 1].prefix(count).map(\.bitPattern),
                        """
                        the sum of \(count) floats over \(shards) shards, \(atOnce) at once, in \(buckets) buckets, \
                        round \(round)
                        """)
                }
            }
        }
    }
}

/// A `TreeReduction` with buffers of its own, as the trainer drives it.
public final class ShardReducer {
    private let count: Int
    private let buckets: Int
    private let buffers: [Floats]
    private let reduction: TreeReduction

    /// - Parameter buckets: as many, the last part of the vector first.
    public init(
        cut: BatchCut, atOnce: Int = 1, count: Int, buckets: Int = 1, world: any Communicator,
        ordered: Bool = true
    ) throws {
        self.count = count
        self.buckets = buckets
        let needed = TreeReduction.bufferCount(
            cut: cut, atOnce: atOnce, rank: world.rank, size: world.size)
        buffers = (0..<needed).map { _ in
            let buffer = Floats.allocate(capacity: max(count, 1))
            buffer.initialize(repeating: .nan, count: max(count, 1))
            return buffer
        }
        let parts = (0..<buckets).reversed().map { $0 * count / buckets..<($0 + 1) * count / buckets }
        reduction = try TreeReduction(
            cut: cut, atOnce: atOnce, count: count, buckets: parts, buffers: buffers, world: world,
            ordered: ordered)
    }

    deinit {
        for buffer in buffers { buffer.deallocate() }
    }

    public func sum(_ leaf: (Int) -> [Float]) throws -> [Float] {
        for group in reduction.groups {
            let values = treeSum(group.map(leaf)[...])
            for index in 0..<count { buffers[reduction.nextBuffer][index] = values[index] }
            for bucket in 0..<buckets {
                reduction.add(bucket: bucket)
                reduction.progress()
            }
        }
        try reduction.reduce()
        return Array(UnsafeBufferPointer(start: buffers[0], count: count))
    }
}

/// A shard's floats, of very different magnitudes, so that every order of addition has bits of its own.
public func leaf(_ shard: Int, count: Int, round: Int = 0) -> [Float] {
    Array(leaves[round][shard].prefix(count))
}

/// `[round][shard]`, a thousand floats each.
private let leaves: [[[Float]]] = (0..<2).map { round in
    (0..<64).map { shard in
        var random = SplitMix(seed: UInt64(1000 * round + shard))
        return (0..<1024).map { _ in
            let exponent = Int.random(in: -12...12, using: &random)
            return Float(
                sign: .plus, exponent: exponent, significand: Float.random(in: -1...1, using: &random))
        }
    }
}

/// `[round][shards - 1]`.
private let expectedSums = leaves.map { leaves in (1...17).map { treeSum(leaves.prefix($0)) } }

/// The design's tree, written down a second time: n > 1 leaves split after the largest power of two below n.
public func treeSum(_ leaves: ArraySlice<[Float]>) -> [Float] {
    guard leaves.count > 1 else { return leaves.first ?? [] }
    let left = 1 << (Int.bitWidth - 1 - (leaves.count - 1).leadingZeroBitCount)
    return zip(treeSum(leaves.prefix(left)), treeSum(leaves.dropFirst(left))).map { $0 + $1 }
}
