import Collectives
import Datasets
import NN

/// Shards that are computed together.
struct ShardGroup {
    /// Their samples' places in the batch.
    let samples: Range<Int>
    /// How many samples each has.
    let shards: [Int]
}

/// Hands a rank's gradients to the reduction bucket by bucket, as backward passes complete them.
///
/// Buckets are stretches of the flat gradients, cut from the end: backward passes complete the last parameters first.
final class GradientReducer {
    private let reduction: TreeReduction
    private let buffers: [GradientBuffer]
    /// The buckets each parameter lies in, and how many parameters lie in each bucket.
    private let buckets: [[Int]]
    private let parameters: [Int]
    private let shards: Int
    /// An epoch's batches have one or two sizes.
    private var groups: [Int: [ShardGroup]] = [:]
    /// How many of a bucket's parameters the present group has not completed.
    private var missing: [Int]

    /// - Parameters:
    ///   - atOnce: the most shards of a group.
    ///   - bucketSize: floats of a bucket.
    /// - Throws: `CommunicatorError` if a message cannot be set up.
    init(
        _ layout: ParameterLayout, shards: Int, atOnce: Int, bucketSize: Int, world: any Communicator,
        ordered: Bool
    ) throws {
        self.shards = shards
        let count = GradientBuffer.count(layout)
        let ranges = stride(from: count, to: 0, by: -bucketSize).map { max(0, $0 - bucketSize)..<$0 }
        buckets = layout.entries.map { entry in
            ranges.indices.filter { ranges[$0].overlaps(entry.range) }
        }
        parameters = ranges.map { range in layout.entries.count { $0.range.overlaps(range) } }
        missing = parameters
        let needed = TreeReduction.bufferCount(
            shards: shards, atOnce: atOnce, rank: world.rank, size: world.size)
        buffers = (0..<needed).map { _ in GradientBuffer(layout: layout) }
        reduction = try TreeReduction(
            shards: shards, atOnce: atOnce, count: count, buckets: ranges,
            buffers: buffers.map(\.storage.pointer), world: world, ordered: ordered)
    }

    /// The shards of a batch of `count` samples that this rank computes, those of a group together, in order.
    func groups(ofBatch count: Int) -> [ShardGroup] {
        if let known = groups[count] { return known }
        let groups = reduction.groups.map { group in
            let parts = group.map { shardRange($0, of: shards, count: count) }
            return ShardGroup(
                samples: parts[0].lowerBound..<parts[parts.count - 1].upperBound, shards: parts.map(\.count))
        }
        self.groups[count] = groups
        return groups
    }

    /// What the next group's numbers overwrite.
    var nextBuffer: GradientBuffer { buffers[reduction.nextBuffer] }

    /// The group's score and tally are complete.
    func begin() {
        for bucket in missing.indices {
            missing[bucket] = parameters[bucket]
            if missing[bucket] == 0 { reduction.add(bucket: bucket) }
        }
    }

    /// A parameter's gradient is complete.
    func complete(_ parameter: Int) {
        for bucket in buckets[parameter] {
            missing[bucket] -= 1
            if missing[bucket] == 0 { reduction.add(bucket: bucket) }
        }
    }

    /// Moves messages on.
    func progress() { reduction.progress() }

    /// The sum over all shards, the same on every rank.
    ///
    /// - Throws: `CommunicatorError` if a peer was lost.
    func reduce() throws -> GradientBuffer {
        try reduction.reduce()
        return buffers[0]
    }
}
