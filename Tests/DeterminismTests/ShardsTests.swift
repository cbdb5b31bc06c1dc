import Determinism
import Testing

@Suite struct ShardsTests {
    @Test func shardsCutABatchIntoEvenParts() {
        for shards in 1...20 {
            for count in 0...45 {
                let ranges = (0..<shards).map { evenPart($0, of: shards, count: count) }
                #expect(ranges.flatMap { Array($0) } == Array(0..<count))
                #expect(
                    ranges.allSatisfy {
                        $0.count == count / shards || $0.count == (count + shards - 1) / shards
                    })
            }
        }
        #expect((0..<4).map { evenPart($0, of: 4, count: 10) } == [0..<2, 2..<5, 5..<7, 7..<10])
    }

    @Test func largeShardsAreCutFurther() {
        #expect(BatchCut(shards: 8, samples: 128).partsPerShard == 1)
        #expect(BatchCut(shards: 8, samples: 256).partsPerShard == 1)
        #expect(BatchCut(shards: 8, samples: 257).partsPerShard == 2)
        #expect(BatchCut(shards: 3, samples: 60_000).partsPerShard == 1024)
        for shards in 1...9 {
            for samples in [0, 1, 31, 32, 33, 100, 1000, 4097] {
                let cut = BatchCut(shards: shards, samples: samples)
                for count in [samples, samples / 2, samples / 3] {
                    let leaves = (0..<cut.leaves).map { cut.samples(ofLeaf: $0, count: count) }
                    #expect(leaves.allSatisfy { $0.count <= BatchCut.largestPart })
                    for shard in 0..<shards {
                        let parts = leaves[shard * cut.partsPerShard..<(shard + 1) * cut.partsPerShard]
                        #expect(
                            parts.flatMap { Array($0) } == Array(cut.samples(ofShard: shard, count: count)))
                    }
                }
            }
        }
    }

    /// The tree over the leaves is the tree over the shards, refined: what a rank owns is as many nodes as before.
    @Test func partsOfAShardAreANode() {
        for shards in 1...20 {
            let cut = BatchCut(shards: shards, samples: shards * 100)
            #expect(cut.partsPerShard == 4)
            for size in 1...shards {
                for rank in 0..<size {
                    let nodes = SummationTree(leaves: shards).nodes(
                        inside: ownedShards(shards, rank: rank, size: size))
                    #expect(
                        cut.tree.nodes(inside: cut.ownedLeaves(rank: rank, size: size))
                            == nodes.map { 4 * $0.lowerBound..<4 * $0.upperBound })
                }
            }
        }
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
}
