import Determinism
import Kernels

/// Which ranks exchange what, so that each holds the tree's sum of all ranks' subtrees.
struct ExchangePlan {
    /// Floats of the vector.
    let count: Int
    let tag: Int
    let tree: SummationTree
    /// The subtrees each rank holds, in order.
    let nodes: [[Range<Int>]]
    /// This rank's sums of its subtrees; the first receives the total, and is there even for a rank that holds none.
    let held: [Floats]
    let world: any Communicator

    private var rank: Int { world.rank }
    private var size: Int { world.size }
    private var total: Floats { held[0] }
    /// All ranks' subtrees.
    private var heldByAll: Int { nodes.reduce(0) { $0 + $1.count } }

    /// Shards and ranks are both powers of two.
    private var holdsOneEqualSubtreeEach: Bool {
        size & (size - 1) == 0 && nodes.allSatisfy { $0.count == 1 && $0[0].count == nodes[0][0].count }
    }

    /// Floats of memory the rounds need.
    var scratchCount: Int {
        if holdsOneEqualSubtreeEach { return count / 2 + 1 }  // what the first halving receives
        let mine = part(rank).count
        return heldByAll * mine + nodes[rank].count * (count - mine)
    }

    /// - Parameter scratch: `scratchCount` floats that outlive the rounds.
    func rounds(scratch: Floats) throws(CommunicatorError) -> [BucketExchange.Round] {
        holdsOneEqualSubtreeEach
            ? try halvingAndDoubling(scratch)
            : [try addOwnPart(scratch), try shareParts()]
    }

    private func message(
        _ source: Floats, _ sent: Int, to destination: Int, into target: Floats, _ received: Int,
        from origin: Int
    ) throws(CommunicatorError) -> any RepeatedExchange {
        try world.makeExchange(
            sending: UnsafeRawBufferPointer(UnsafeBufferPointer(start: source, count: sent)), to: destination,
            receiving: UnsafeMutableRawBufferPointer(
                UnsafeMutableBufferPointer(start: target, count: received)),
            from: origin, tag: tag)
    }

    /// Recursive halving and doubling, neighbours first: with one subtree on each of 2ᵏ ranks, each round adds the
    /// two children of the tree's next nodes, half of the vector on either side.
    ///
    /// Addition commutes, so it does not matter which side adds: the traffic is an ordinary all-reduce's.
    private func halvingAndDoubling(_ scratch: Floats) throws(CommunicatorError) -> [BucketExchange.Round] {
        let total = total
        var mine = 0..<count
        var halvings: [BucketExchange.Round] = []
        var doublings: [BucketExchange.Round] = []
        var distance = 1
        while distance < size {
            let peer = rank ^ distance
            let middle = mine.lowerBound + mine.count / 2
            let (low, high) = (mine.lowerBound..<middle, middle..<mine.upperBound)
            let (keep, give) = rank < peer ? (low, high) : (high, low)
            let kept = total + keep.lowerBound
            let given = total + give.lowerBound
            halvings.append(
                .init(
                    messages: [
                        try message(given, give.count, to: peer, into: scratch, keep.count, from: peer)
                    ],
                    conclude: { kernels.add(keep.count, kept, scratch, into: kept) }))
            doublings.append(
                .init(messages: [try message(kept, keep.count, to: peer, into: given, give.count, from: peer)]
                ))
            mine = keep
            distance *= 2
        }
        return halvings + doublings.reversed()
    }

    /// The part of the vector that `rank` adds.
    private func part(_ rank: Int) -> Range<Int> { evenPart(rank, of: size, count: count) }

    /// Every rank sends every other the part that one adds, of each subtree it holds; then adds its own part.
    private func addOwnPart(_ scratch: Floats) throws(CommunicatorError) -> BucketExchange.Round {
        let (mine, total) = (part(rank), total)
        let sums = Array(held.prefix(nodes[rank].count))
        // My part of every subtree in tree order, then what goes out, packed for each rank.
        let firstHeld = nodes.indices.map { rank in nodes[..<rank].reduce(0) { $0 + $1.count } }
        let incoming = nodes.indices.map { scratch + firstHeld[$0] * mine.count }
        var outgoing: [(part: Range<Int>, target: Floats)] = [(mine, incoming[rank])]
        var messages: [any RepeatedExchange] = []
        var next = scratch + heldByAll * mine.count
        for distance in 1..<size {
            let (destination, source) = ((rank + distance) % size, (rank + size - distance) % size)
            let theirs = part(destination)
            outgoing.append((theirs, next))
            messages.append(
                try message(
                    next, sums.count * theirs.count, to: destination, into: incoming[source],
                    nodes[source].count * mine.count, from: source))
            next += sums.count * theirs.count
        }
        let additions = tree.schedule(of: nodes.flatMap { $0 }).additionsInPlace
        return .init(
            prepare: {
                for (part, target) in outgoing {
                    for (index, sum) in sums.enumerated() {
                        kernels.copy(part.count, sum + part.lowerBound, into: target + index * part.count)
                    }
                }
            }, messages: messages,
            conclude: {
                for (left, right) in additions {
                    let target = scratch + left * mine.count
                    kernels.add(mine.count, target, scratch + right * mine.count, into: target)
                }
                kernels.copy(mine.count, scratch, into: total + mine.lowerBound)
            })
    }

    /// Every rank gives its finished part to all others.
    private func shareParts() throws(CommunicatorError) -> BucketExchange.Round {
        let mine = part(rank)
        var messages: [any RepeatedExchange] = []
        for distance in 1..<size {
            let (destination, source) = ((rank + distance) % size, (rank + size - distance) % size)
            let theirs = part(source)
            messages.append(
                try message(
                    total + mine.lowerBound, mine.count, to: destination, into: total + theirs.lowerBound,
                    theirs.count, from: source))
        }
        return .init(messages: messages)
    }
}
