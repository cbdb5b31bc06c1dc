import Collectives
import Kernels
import Testing

/// How many subtree sums a rank holds once it has folded its shards.
func subtrees(shards: Int, rank: Int, size: Int) -> Int {
    SummationTree(leaves: shards).nodes(inside: ownedShards(shards, rank: rank, size: size)).count
}

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

    /// Folding after each leaf as often as it says leaves one sum for each node.
    @Test(arguments: 1...33)
    func sumsEndingFoldsARangeIntoItsNodes(leaves: Int) {
        let tree = SummationTree(leaves: leaves)
        for lower in 0...leaves {
            for upper in lower...leaves {
                var stack: [Range<Int>] = []
                for limit in [1, 3, 4] {
                    let groups = tree.nodes(inside: lower..<upper, ofAtMost: limit)
                    let endings = tree.sumsEnding(inside: lower..<upper, ofAtMost: limit)
                    #expect(groups.allSatisfy { $0.count <= limit } && endings.count == groups.count)
                    stack = []
                    for (group, ending) in zip(groups, endings) {
                        stack.append(group)
                        for _ in 0..<ending {
                            let right = stack.removeLast()
                            stack.append(stack.removeLast().lowerBound..<right.upperBound)
                        }
                    }
                    #expect(stack == tree.nodes(inside: lower..<upper))
                }
            }
        }
    }

    @Test(arguments: [1, 2, 3, 8, 17, 64, 100, 1000, 4096])
    func fewBuffersAreEnough(shards: Int) {
        for size in [1, 2, 3, 7, 64] where size <= shards {
            for rank in 0..<size {
                let count = TreeReduction.bufferCount(shards: shards, rank: rank, size: size)
                #expect((1...2 * bits(shards) + 1).contains(count))
            }
        }
        #expect(TreeReduction.bufferCount(shards: shards, rank: 0, size: 1) <= bits(shards) + 1)
    }

    @Test func ranksOwnEveryShardOnce() {
        for shards in 1...20 {
            for size in 1...22 {
                let owned = (0..<size).flatMap { Array(ownedShards(shards, rank: $0, size: size)) }
                #expect(owned == Array(0..<shards))
            }
        }
        #expect((0..<3).map { ownedShards(8, rank: $0, size: 3) } == [0..<2, 2..<5, 5..<8])
    }

    /// Binary digits of a count.
    private func bits(_ count: Int) -> Int { Int.bitWidth - count.leadingZeroBitCount }

    private func allNodes(_ node: Range<Int>) -> [Range<Int>] {
        guard node.count > 1 else { return [node] }
        let (left, right) = SummationTree.children(of: node)
        return [node] + allNodes(left) + allNodes(right)
    }
}
