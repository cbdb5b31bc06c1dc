import Determinism
import Kernels

/// Adds one bucket of all ranks' subtree sums in the tree's order, each rank a part of it, and shares the parts.
///
/// The exchange is a sequence of rounds of messages. It moves on when it is asked to, and never waits but in `finish`.
final class BucketExchange {
    struct Round {
        /// What must be done before the messages start.
        var prepare: () -> Void = {}
        let messages: [any RepeatedExchange]
        /// What is done with what they brought.
        var conclude: () -> Void = {}
    }

    private let rounds: [Round]
    private let scratch: Floats
    /// The round under way; none where it is their number.
    private var current: Int
    /// The first message of the round that may not be over.
    private var message = 0

    /// - Parameters:
    ///   - range: the bucket's place in each of `buffers`.
    ///   - buffers: first the subtree sums this rank holds; the first receives the total.
    init(
        _ range: Range<Int>, tag: Int, cut: BatchCut, buffers: [Floats], world: any Communicator
    ) throws(CommunicatorError) {
        let tree = cut.tree
        let nodes = (0..<world.size).map {
            tree.nodes(inside: cut.ownedLeaves(rank: $0, size: world.size))
        }
        let held = buffers.prefix(max(nodes[world.rank].count, 1)).map { $0 + range.lowerBound }
        let plan = ExchangePlan(
            count: range.count, tag: tag, tree: tree, nodes: nodes, held: held, world: world)
        scratch = .allocate(capacity: max(plan.scratchCount, 1))
        rounds = try plan.rounds(scratch: scratch)
        current = rounds.count
    }

    deinit { scratch.deallocate() }

    var isUnderWay: Bool { current < rounds.count }

    func start() throws(CommunicatorError) {
        precondition(!isUnderWay, "an exchange cannot start before it is over")
        current = 0
        try startRound()
    }

    private func startRound() throws(CommunicatorError) {
        guard isUnderWay else { return }
        rounds[current].prepare()
        message = 0
        for message in rounds[current].messages { try message.start() }
    }

    private func endRound() throws(CommunicatorError) {
        rounds[current].conclude()
        current += 1
        try startRound()
    }

    /// Goes as far as what has arrived allows.
    func advance() throws(CommunicatorError) {
        while isUnderWay {
            let messages = rounds[current].messages
            while message < messages.count {
                guard try messages[message].test() else { return }
                message += 1
            }
            try endRound()
        }
    }

    /// Waits until the first buffer holds the total.
    func finish() throws(CommunicatorError) {
        while isUnderWay {
            for message in rounds[current].messages[message...] { try message.wait() }
            try endRound()
        }
    }
}
