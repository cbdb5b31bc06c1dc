import Determinism
import Testing

@Suite struct ShardsTests {
    @Test func shardsCutABatchIntoEvenParts() {
        for shards in 1...20 {
            for count in 0...45 {
                let ranges = (0..<shards).map { shardRange($0, of: shards, count: count) }
                #expect(ranges.flatMap { Array($0) } == Array(0..<count))
                #expect(
                    ranges.allSatisfy {
                        $0.count == count / shards || $0.count == (count + shards - 1) / shards
                    })
            }
        }
        #expect((0..<4).map { shardRange($0, of: 4, count: 10) } == [0..<2, 2..<5, 5..<7, 7..<10])
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
