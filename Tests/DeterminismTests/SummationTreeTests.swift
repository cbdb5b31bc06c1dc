import Determinism
import Testing

@Suite struct SummationTreeTests {
    @Test func aNodeSplitsAfterTheLargestPowerOfTwoBelowItsSize() {
        for (count, left) in [(2, 1), (3, 2), (4, 2), (5, 4), (6, 4), (7, 4), (8, 4), (9, 8), (17, 16)] {
            let children = SummationTree.children(of: 10..<10 + count)
            #expect(children.left == 10..<10 + left)
            #expect(children.right == 10 + left..<10 + count)
        }
    }

    /// Every range of leaves is cut into few whole nodes, in order, and no two of them make up a larger one.
    @Test(arguments: 1...33)
    func nodesTileTheirRange(leaves: Int) {
        let tree = SummationTree(leaves: leaves)
        let all = allNodes(0..<leaves)
        for lower in 0...leaves {
            for upper in lower...leaves {
                let nodes = tree.nodes(inside: lower..<upper)
                #expect(nodes.flatMap { Array($0) } == Array(lower..<upper))
                #expect(nodes.allSatisfy(all.contains))
                #expect(
                    zip(nodes, nodes.dropFirst()).allSatisfy { !all.contains($0.lowerBound..<$1.upperBound) })
                #expect(nodes.count <= 2 * bits(leaves))
            }
        }
    }

    /// Binary digits of a count.
    private func bits(_ count: Int) -> Int { Int.bitWidth - count.leadingZeroBitCount }

    private func allNodes(_ node: Range<Int>) -> [Range<Int>] {
        guard node.count > 1 else { return [node] }
        let (left, right) = SummationTree.children(of: node)
        return [node] + allNodes(left) + allNodes(right)
    }
}
