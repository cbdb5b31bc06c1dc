import Determinism
import Kernels

/// Adds the numbers of a batch's leaves over the `SummationTree`: the same additions in the same order at every world
/// size.
///
/// A rank computes its leaves in groups, each a whole node of the tree, whose sum it hands in bucket by bucket:
/// stretches of the vector that are final before the rest is. Nodes the group completes are added at once. With the
/// last group each bucket's exchange with the other ranks starts, and goes on while the rank still computes.
public final class TreeReduction {
    /// The leaves this rank computes, and which of them together, in order.
    public let groups: [Range<Int>]

    /// Where the rank's group and subtree sums stand: a stack of buffers.
    private let buffers: [Floats]
    private let count: Int
    private let buckets: [Range<Int>]
    private let world: any Communicator
    private let isOrdered: Bool
    private let exchanges: [BucketExchange]
    private let schedule: SumSchedule
    private var groupsIn = 0
    private var bucketsIn = 0
    /// Told by `reduce()`: there is no one to tell while the rank computes.
    private var failure: CommunicatorError?

    /// The buffers of `count` floats a rank needs for its groups, and for the total.
    public static func bufferCount(cut: BatchCut, atOnce limit: Int = 1, rank: Int, size: Int) -> Int {
        let tree = cut.tree
        let groups = tree.nodes(inside: cut.ownedLeaves(rank: rank, size: size), ofAtMost: limit)
        return max(tree.schedule(of: groups).depth, 1)
    }

    /// - Parameters:
    ///   - cut: gives the leaves of the tree; a rank without a shard adds nothing and receives the total.
    ///   - limit: the most leaves of a group.
    ///   - buckets: together the whole vector, in the same order on every rank; nil for one.
    ///   - buffers: `bufferCount` buffers of `count` floats each, which must outlive the reduction.
    ///   - ordered: false leaves the sum over the ranks to the transport: the bits then depend on the world size.
    public init(
        cut: BatchCut, atOnce limit: Int = 1, count: Int, buckets: [Range<Int>]? = nil, buffers: [Floats],
        world: any Communicator, ordered: Bool = true
    ) throws(CommunicatorError) {
        let tree = cut.tree
        let buckets = buckets ?? [0..<count]
        precondition(
            buckets.reduce(0) { $0 + $1.count } == count, "the buckets do not cover \(count) floats")
        self.buffers = buffers
        self.count = count
        self.buckets = buckets
        self.world = world
        groups = tree.nodes(
            inside: cut.ownedLeaves(rank: world.rank, size: world.size), ofAtMost: limit)
        schedule = tree.schedule(of: groups)
        var exchanges: [BucketExchange] = []
        if ordered && world.size > 1 {
            for (tag, bucket) in buckets.enumerated() {
                exchanges.append(
                    try BucketExchange(bucket, tag: tag, cut: cut, buffers: buffers, world: world))
            }
        }
        self.exchanges = exchanges
        isOrdered = ordered
    }

    /// The index of the buffer the next group's numbers go into; it is to be overwritten whole.
    public var nextBuffer: Int { schedule.levels[groupsIn] }

    /// Takes a bucket of the present group's numbers, now final in `buffers[nextBuffer]`; each comes once, in any order
    /// that all ranks share.
    public func add(bucket: Int) {
        let range = buckets[bucket]
        for level in schedule.merges(after: groupsIn) {
            let target = buffers[level] + range.lowerBound
            kernels.add(range.count, target, buffers[level + 1] + range.lowerBound, into: target)
        }
        if groupsIn == groups.count - 1 && !exchanges.isEmpty {
            attempt { () throws(CommunicatorError) in try exchanges[bucket].start() }
        }
        bucketsIn += 1
        guard bucketsIn == buckets.count else { return }
        bucketsIn = 0
        groupsIn += 1
    }

    /// Takes all of the present group's numbers.
    public func addGroup() {
        for bucket in buckets.indices { add(bucket: bucket) }
    }

    /// Begins anew, before the last group: nothing has been sent yet.
    public func abandon() {
        precondition(
            groupsIn < groups.count || groups.isEmpty, "what was sent cannot be taken back")
        (groupsIn, bucketsIn) = (0, 0)
    }

    /// Moves the exchanges on that are under way. To be called now and then while computing.
    public func progress() {
        for exchange in exchanges where exchange.isUnderWay {
            attempt { () throws(CommunicatorError) in try exchange.advance() }
        }
    }

    private func attempt(_ body: () throws(CommunicatorError) -> Void) {
        guard failure == nil else { return }
        do { try body() } catch { failure = error }
    }

    /// Adds all ranks' subtrees. Afterwards `buffers[0]` holds the sum over all leaves, on every rank.
    public func reduce() throws(CommunicatorError) {
        precondition(groupsIn == groups.count, "\(groupsIn) of \(groups.count) groups are in")
        if let failure { throw failure }
        if isOrdered {
            // A rank without shards starts them only now.
            for exchange in exchanges where groups.isEmpty { try exchange.start() }
            for exchange in exchanges { try exchange.finish() }
        } else {
            try reduceUnordered()
        }
        groupsIn = 0
    }

    private func reduceUnordered() throws(CommunicatorError) {
        if groups.isEmpty { kernels.fill(count, buffers[0], with: 0) }
        for subtree in 1..<max(schedule.sumsLeft, 1) {
            kernels.add(count, buffers[0], buffers[subtree], into: buffers[0])
        }
        try world.allReduceSum(UnsafeMutableBufferPointer(start: buffers[0], count: count))
    }
}
