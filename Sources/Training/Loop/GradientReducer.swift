import Collectives
import Determinism
import Kernels
import NN
import TensorEngine

/// Leaves of the summation tree, shards or parts of one, that are computed together.
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
    private let cut: BatchCut
    /// An epoch's batches have one or two sizes.
    private var groups: [Int: [ShardGroup]] = [:]
    /// How many of a bucket's parameters the present group has not completed.
    private var missing: [Int]
    private let clock: PhaseClock

    /// - Parameters:
    ///   - atOnce: the most leaves of a group.
    ///   - bucketSize: floats of a bucket.
    ///   - clock: gets the time of backward passes and of the reduction.
    /// - Throws: `CommunicatorError` if a message cannot be set up.
    init(
        _ layout: ParameterLayout, _ metrics: MetricSet, cut: BatchCut, atOnce: Int, bucketSize: Int,
        world: any Communicator, ordered: Bool, clock: PhaseClock
    ) throws {
        (self.cut, self.clock) = (cut, clock)
        let count = GradientBuffer.count(layout, metrics)
        let ranges = stride(from: count, to: 0, by: -bucketSize).map { max(0, $0 - bucketSize)..<$0 }
        buckets = layout.entries.map { entry in
            ranges.indices.filter { ranges[$0].overlaps(entry.range) }
        }
        parameters = ranges.map { range in layout.entries.count { $0.range.overlaps(range) } }
        missing = parameters
        let needed = TreeReduction.bufferCount(
            cut: cut, atOnce: atOnce, rank: world.rank, size: world.size)
        buffers = (0..<needed).map { _ in GradientBuffer(layout: layout, metrics: metrics) }
        reduction = try TreeReduction(
            cut: cut, atOnce: atOnce, count: count, buckets: ranges,
            buffers: buffers.map(\.storage.pointer), world: world, ordered: ordered)
    }

    /// The leaves of a batch of `count` samples that this rank computes, those of a group together, in order.
    private func groups(ofBatch count: Int) -> [ShardGroup] {
        if let known = groups[count] { return known }
        let groups = reduction.groups.map { group in
            let parts = group.map { cut.samples(ofLeaf: $0, count: count) }
            return ShardGroup(
                samples: parts[0].lowerBound..<parts[parts.count - 1].upperBound, shards: parts.map(\.count))
        }
        self.groups[count] = groups
        return groups
    }

    /// Adds the gradients of a batch over this rank's groups, and over all ranks: the same sum on every rank.
    ///
    /// - Parameters:
    ///   - count: samples of the batch.
    ///   - first: notes what travels along with the rank's first group.
    ///   - prepare: makes the parameters' gradients arrive in the buffer, and gives the group's graph, its losses computed.
    /// - Throws: `CommunicatorError` if a peer was lost.
    func sum(
        ofBatch count: Int, first: (GradientBuffer) -> Void = { _ in },
        _ prepare: (_ group: ShardGroup, _ target: GradientBuffer) -> ShardGraph
    ) throws -> GradientBuffer {
        for (index, group) in groups(ofBatch: count).enumerated() {
            let target = buffers[reduction.nextBuffer]
            target.clearTally()
            if index == 0 { first(target) }
            if group.samples.isEmpty {
                kernels.fill(target.layout.count, target.storage.pointer, with: 0)
                reduction.addGroup()
            } else {
                let graph = prepare(group, target)
                graph.writeScore(to: target.score)
                begin()
                graph.backward(observer: self)
                clock.book(.backward)
            }
            clock.book(.reduction)
        }
        try reduction.reduce()  // the one distributed line
        clock.book(.reduction)
        return buffers[0]
    }

    /// The present group's score and tally are complete, and its backward pass begins.
    private func begin() {
        for bucket in missing.indices {
            missing[bucket] = parameters[bucket]
            if missing[bucket] == 0 { reduction.add(bucket: bucket) }
        }
        clock.book(.reduction)
    }
}

extension GradientReducer: GradientObserver {
    func completed(parameter: Int) {
        clock.book(.backward)
        for bucket in buckets[parameter] {
            missing[bucket] -= 1
            if missing[bucket] == 0 { reduction.add(bucket: bucket) }
        }
        clock.book(.reduction)
    }

    /// Moves messages on, if they had time to arrive: to ask costs a system call.
    func pause() {
        guard clock.hasPassed(0.00025) else { return }
        clock.book(.backward)
        reduction.progress()
        clock.book(.reduction)
    }
}
