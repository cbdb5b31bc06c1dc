/// The one binary tree over which shards are added, whoever computes them.
///
/// Its leaves are the shards in order; a node of n > 1 leaves splits after the largest power of two below n. A node
/// is written as the range of its leaves; its own shape depends on their number alone. The tree of 6 leaves:
///
///             0..<6
///            /     \
///        0..<4      4..<6
///        /   \      /   \
///     0..<2 2..<4  4     5
///      / \   / \
///     0   1 2   3
public struct SummationTree: Sendable {
    public let leaves: Int

    public init(leaves: Int) {
        precondition(leaves >= 1, "a summation tree needs a leaf")
        self.leaves = leaves
    }

    /// The two halves of a node of at least two leaves.
    public static func children(of node: Range<Int>) -> (left: Range<Int>, right: Range<Int>) {
        precondition(node.count > 1, "the node \(node) has no children")
        var size = 1
        while size * 2 < node.count { size *= 2 }
        let middle = node.lowerBound + size
        return (node.lowerBound..<middle, middle..<node.upperBound)
    }

    /// The largest nodes that lie inside `range`, in order: what a rank with these shards can add alone.
    ///
    /// Of 6 leaves, inside `1..<6`: `1`, `2..<4`, `4..<6`.
    ///
    /// - Parameter limit: the most leaves of a node.
    public func nodes(inside range: Range<Int>, ofAtMost limit: Int = .max) -> [Range<Int>] {
        precondition(limit >= 1, "a node has a leaf")
        func collect(_ node: Range<Int>) -> [Range<Int>] {
            let common = node.clamped(to: range)
            if common == node && node.count <= limit { return [node] }
            if common.isEmpty { return [] }
            let (left, right) = Self.children(of: node)
            return collect(left) + collect(right)
        }
        return collect(0..<leaves)
    }

    /// How the sums of `parts` are added up as far as the tree allows: to one sum for each of the largest nodes that they
    /// make up.
    ///
    /// - Parameter parts: nodes, in order and without a gap.
    public func schedule(of parts: [Range<Int>]) -> SumSchedule {
        guard let first = parts.first, let last = parts.last else { return SumSchedule(mergesAfter: []) }
        var merges = [Int](repeating: 0, count: parts.count)
        var next = 0
        func visit(_ node: Range<Int>) {
            precondition(next < parts.count, "\(parts) are not the nodes of a tree of \(leaves) leaves")
            if parts[next] == node {
                next += 1
                return
            }
            let (left, right) = Self.children(of: node)
            visit(left)
            visit(right)
            merges[next - 1] += 1
        }
        nodes(inside: first.lowerBound..<last.upperBound).forEach(visit)
        return SumSchedule(mergesAfter: merges)
    }
}
