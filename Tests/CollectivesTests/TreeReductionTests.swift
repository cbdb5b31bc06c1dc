import Collectives
import CommunicatorContract
import Determinism
import Testing

@Suite(.timeLimit(.minutes(10))) struct TreeReductionTests {
    /// More ranks than in the contract, up to two of them without a shard.
    @Test(arguments: 9...19)
    func manyRanksAddInTheTreesOrder(size: Int) {
        let cases = TreeReductionCases(counts: [7, 64])
        onEveryRank(size) { try checkTreeReduction($0, cases) }
    }

    /// Otherwise the comparison with the tree could not fail.
    @Test(arguments: 4...17)
    func addingFromLeftToRightGivesOtherBits(shards: Int) {
        let leaves = (0..<shards).map { leaf($0, count: 1000) }
        let running = leaves.dropFirst().reduce(leaves[0]) { zip($0, $1).map { $0 + $1 } }
        #expect(running.map(\.bitPattern) != treeSum(leaves[...]).map(\.bitPattern))
    }

    @Test func theTreeIsTheDesigns() {
        // 1e8 swallows a 3, but not the 6 of two that are added first.
        let leaves: [[Float]] = [[1e8], [3], [3], [3], [3], [3]]
        #expect((1...6).map { treeSum(leaves.prefix($0))[0] - 1e8 } == [0, 0, 0, 8, 8, 16])
    }

    /// With a subtree on each of 2ᵏ ranks the traffic is an ordinary all-reduce's: 2 (P − 1)/P of the vector.
    @Test(arguments: [1, 2, 4, 8, 16], [1, 2, 4])
    func powersOfTwoSendNoMoreThanAnAllReduce(size: Int, shardsPerRank: Int) throws {
        let count = 1024
        let results = withThreadRanks(size) { thread in
            let world = CountingCommunicator(thread)
            _ = try ShardReducer(
                cut: BatchCut(shards: size * shardsPerRank, samples: 0), count: count, world: world
            ).sum {
                leaf($0, count: count)
            }
            return [world.bytesSent, world.messages]
        }
        for result in results {
            let (bytes, messages) = (2 * (size - 1) * count * 4 / size, 2 * size.trailingZeroBitCount)
            #expect(try result.get() == [bytes, messages])
        }
    }

    /// Other sizes send the subtree sums they hold: at most 2 log₂ S vectors, spread over the ranks, and the result.
    @Test(arguments: [(8, 3), (8, 5), (8, 7), (17, 3), (16, 6)])
    func otherSizesSendTheirSubtrees(shards: Int, size: Int) throws {
        let count = 60 * size
        let results = withThreadRanks(size) { thread in
            let world = CountingCommunicator(thread)
            _ = try ShardReducer(
                cut: BatchCut(shards: shards, samples: 0), count: count, world: world
            ).sum { leaf($0, count: count) }
            return world.bytesSent
        }
        for (rank, result) in results.enumerated() {
            let held = subtrees(shards: shards, rank: rank, size: size)
            let bytes = (held + 1) * (size - 1) * count * 4 / size
            #expect(try result.get() == bytes)
        }
    }

    @Test(arguments: [1, 2, 3, 8, 17, 64, 100, 1000, 4096])
    func fewBuffersAreEnough(shards: Int) {
        let cut = BatchCut(shards: shards, samples: 0)
        let digits = Int.bitWidth - shards.leadingZeroBitCount  // binary
        for size in [1, 2, 3, 7, 64] where size <= shards {
            for rank in 0..<size {
                let count = TreeReduction.bufferCount(cut: cut, rank: rank, size: size)
                #expect((1...2 * digits + 1).contains(count))
            }
        }
        #expect(TreeReduction.bufferCount(cut: cut, rank: 0, size: 1) <= digits + 1)
    }

    /// Up to two ranks are without a shard.
    @Test(arguments: [1, 2, 3, 4, 5, 10, 11])
    func unorderedReductionAddsEveryShard(size: Int) {
        onEveryRank(size) { world in
            let found = try ShardReducer(
                cut: BatchCut(shards: 9, samples: 0), count: 3, world: world, ordered: false
            ).sum {
                [Float($0), Float(1 << $0), 1]
            }
            #expect(found == [36, 511, 9])
        }
    }
}

/// How many subtree sums a rank holds once it has merged those of its shards.
private func subtrees(shards: Int, rank: Int, size: Int) -> Int {
    SummationTree(leaves: shards).nodes(inside: ownedShards(shards, rank: rank, size: size)).count
}
