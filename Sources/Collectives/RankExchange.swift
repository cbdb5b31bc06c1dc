import Kernels

/// Adds the subtree sums of all ranks in the tree's order, each rank a part of the vector, and shares the parts.
final class RankExchange {
    let world: any Communicator
    private let tree: SummationTree
    private let count: Int
    /// The subtrees each rank holds, in order.
    private let nodes: [[Range<Int>]]
    private let scratch: UnsafeMutableBufferPointer<Float>

    init(tree: SummationTree, count: Int, world: any Communicator) {
        self.world = world
        self.tree = tree
        self.count = count
        nodes = (0..<world.size).map {
            tree.nodes(inside: ownedShards(tree.leaves, rank: $0, size: world.size))
        }
        let part = count / world.size + 1
        let held = nodes.reduce(0) { $0 + $1.count }
        let most = nodes.map(\.count).max() ?? 0
        // Recursive halving receives up to half of the vector; parts need room for all subtrees and one message.
        scratch = .allocate(capacity: world.size == 1 ? 0 : max(count / 2 + 1, (held + most) * part))
    }

    deinit { scratch.deallocate() }

    /// Replaces the first buffer by the total.
    ///
    /// - Parameter held: how many of the buffers are subtree sums of this rank.
    func reduce(_ held: Int, of buffers: [Floats]) throws(CommunicatorError) {
        if world.size == 1 { return }
        let total = UnsafeMutableBufferPointer(start: buffers[0], count: count)
        if holdsOneEqualSubtreeEach {
            try halveAndDouble(total)
        } else {
            try addOwnPart(buffers[..<held], into: total)
            try shareParts(total)
        }
    }

    /// Shards and ranks are both powers of two.
    private var holdsOneEqualSubtreeEach: Bool {
        world.size & (world.size - 1) == 0
            && nodes.allSatisfy { $0.count == 1 && $0[0].count == nodes[0][0].count }
    }

    /// Recursive halving and doubling, neighbours first: with one subtree on each of 2ᵏ ranks, each round adds the
    /// two children of the tree's next nodes, half of the vector on either side.
    ///
    /// Addition commutes, so it does not matter which side adds: the traffic is an ordinary all-reduce's.
    private func halveAndDouble(_ total: UnsafeMutableBufferPointer<Float>) throws(CommunicatorError) {
        var mine = 0..<count
        var rounds: [(peer: Int, mine: Range<Int>, theirs: Range<Int>)] = []
        var distance = 1
        while distance < world.size {
            let peer = world.rank ^ distance
            let middle = mine.lowerBound + mine.count / 2
            let (low, high) = (mine.lowerBound..<middle, middle..<mine.upperBound)
            let (keep, give) = world.rank < peer ? (low, high) : (high, low)
            try swap(
                total, give, with: peer, into: UnsafeMutableBufferPointer(rebasing: scratch[..<keep.count]))
            if let base = total.baseAddress, let received = scratch.baseAddress {
                add(keep.count, base + keep.lowerBound, received, into: base + keep.lowerBound)
            }
            rounds.append((peer, keep, give))
            mine = keep
            distance *= 2
        }
        for round in rounds.reversed() {
            try swap(
                total, round.mine, with: round.peer,
                into: UnsafeMutableBufferPointer(rebasing: total[round.theirs]))
        }
    }

    private func swap(
        _ values: UnsafeMutableBufferPointer<Float>, _ range: Range<Int>, with peer: Int,
        into target: UnsafeMutableBufferPointer<Float>
    ) throws(CommunicatorError) {
        try world.exchange(
            sending: UnsafeRawBufferPointer(UnsafeMutableBufferPointer(rebasing: values[range])), to: peer,
            receiving: UnsafeMutableRawBufferPointer(target), from: peer)
    }

    /// The part of the vector that `rank` adds.
    private func part(_ rank: Int) -> Range<Int> {
        rank * count / world.size..<(rank + 1) * count / world.size
    }

    /// Every rank sends every other the part that one adds, of each subtree it holds; then adds its own part.
    private func addOwnPart(
        _ sums: ArraySlice<Floats>, into total: UnsafeMutableBufferPointer<Float>
    ) throws(CommunicatorError) {
        guard let base = scratch.baseAddress, let totalBase = total.baseAddress else { return }
        let mine = part(world.rank)
        let held = nodes.reduce(0) { $0 + $1.count }
        // My part of every subtree in tree order, then room to pack what goes out.
        let outgoing = base + held * mine.count
        var firstHeld = [0]
        for owned in nodes { firstHeld.append(firstHeld[firstHeld.count - 1] + owned.count) }
        for (index, sum) in sums.enumerated() {
            copy(
                mine.count, sum + mine.lowerBound,
                into: base + (firstHeld[world.rank] + index) * mine.count)
        }
        for distance in 1..<world.size {
            let destination = (world.rank + distance) % world.size
            let source = (world.rank + world.size - distance) % world.size
            let theirs = part(destination)
            for (index, sum) in sums.enumerated() {
                copy(theirs.count, sum + theirs.lowerBound, into: outgoing + index * theirs.count)
            }
            try world.exchange(
                sending: UnsafeRawBufferPointer(
                    UnsafeBufferPointer(start: outgoing, count: sums.count * theirs.count)),
                to: destination,
                receiving: UnsafeMutableRawBufferPointer(
                    UnsafeMutableBufferPointer(
                        start: base + firstHeld[source] * mine.count, count: nodes[source].count * mine.count)
                ),
                from: source)
        }
        var next = 0
        let sum = fold(0..<tree.leaves, nodes.flatMap { $0 }, base, mine.count, &next)
        copy(mine.count, sum, into: totalBase + mine.lowerBound)
    }

    /// The sum of `node`, from the known sums of the subtrees `held`, taken in order.
    private func fold(
        _ node: Range<Int>, _ held: [Range<Int>], _ base: Floats, _ width: Int, _ next: inout Int
    ) -> Floats {
        if held[next] == node {
            next += 1
            return base + (next - 1) * width
        }
        let (left, right) = SummationTree.children(of: node)
        let leftSum = fold(left, held, base, width, &next)
        let rightSum = fold(right, held, base, width, &next)
        add(width, leftSum, rightSum, into: leftSum)
        return leftSum
    }

    /// Every rank gives its finished part to all others.
    private func shareParts(_ total: UnsafeMutableBufferPointer<Float>) throws(CommunicatorError) {
        let mine = UnsafeMutableBufferPointer(rebasing: total[part(world.rank)])
        for distance in 1..<world.size {
            let source = (world.rank + world.size - distance) % world.size
            try world.exchange(
                sending: UnsafeRawBufferPointer(mine), to: (world.rank + distance) % world.size,
                receiving: UnsafeMutableRawBufferPointer(
                    UnsafeMutableBufferPointer(rebasing: total[part(source)])),
                from: source)
        }
    }
}
