/// The one binary tree over which shards are added, whoever computes them.
///
/// Its leaves are the shards in order; a node of n > 1 leaves splits after the largest power of two below n. A node
/// is written as the range of its leaves.
public struct SummationTree: Sendable {
    public let leaves: Int

    public init(leaves: Int) {
        precondition(leaves >= 1, "a summation tree needs a leaf")
        self.leaves = leaves
    }

    /// The two halves of a node of at least two leaves.
    static func children(of node: Range<Int>) -> (left: Range<Int>, right: Range<Int>) {
        var size = 1
        while size * 2 < node.count { size *= 2 }
        let middle = node.lowerBound + size
        return (node.lowerBound..<middle, middle..<node.upperBound)
    }

    /// The largest nodes that lie inside `range`, in order: what a rank with these shards can add alone.
    func nodes(inside range: Range<Int>) -> [Range<Int>] {
        func collect(_ node: Range<Int>) -> [Range<Int>] {
            let common = node.clamped(to: range)
            if common == node { return [node] }
            if common.isEmpty { return [] }
            let (left, right) = Self.children(of: node)
            return collect(left) + collect(right)
        }
        return collect(0..<leaves)
    }

    /// After each leaf of `range`, in order: how many nodes inside `range` end with it, and can be added then.
    func sumsEnding(inside range: Range<Int>) -> [Int] {
        var ending = [Int](repeating: 0, count: range.count)
        func visit(_ node: Range<Int>) {
            guard node.count > 1 else { return }
            ending[node.upperBound - 1 - range.lowerBound] += 1
            let (left, right) = Self.children(of: node)
            visit(left)
            visit(right)
        }
        nodes(inside: range).forEach(visit)
        return ending
    }
}

/// The shards rank `rank` of `size` owns: ⌊r·S/P⌋ ..< ⌊(r+1)·S/P⌋.
public func ownedShards(_ shards: Int, rank: Int, size: Int) -> Range<Int> {
    rank * shards / size..<(rank + 1) * shards / size
}
