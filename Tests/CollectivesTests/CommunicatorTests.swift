import Collectives
import CommunicatorContract
import Determinism
import Testing

/// A communicator that hangs would hang the test run.
@Suite(.timeLimit(.minutes(10))) struct CommunicatorTests {
    @Test(arguments: communicatorContract)
    func aWorldOfOneKeepsTheContract(clause: Clause) throws {
        try clause.check(LocalCommunicator())
    }

    @Test(arguments: communicatorContract, 1...8)
    func threadsKeepTheContract(clause: Clause, size: Int) {
        onEveryRank(size) { try clause.check($0) }
    }

    @Test func resultsComeInRankOrder() throws {
        let ranks = try withThreadRanks(5) { $0.rank * 10 }.map { try $0.get() }
        #expect(ranks == [0, 10, 20, 30, 40])
    }

    /// A rank that is through with a collective may end while the others are still in it.
    @Test func aRankThatEndsLeavesTheOthersTheirCollective() {
        for round in 0..<200 {
            let results = withThreadRanks(5) { world in
                let leaves = (0..<7).map { leaf($0, count: 9) }
                let sum = try ShardReducer(cut: BatchCut(shards: 7, samples: 0), count: 9, world: world).sum {
                    leaves[$0]
                }
                if world.rank == round % 5 { throw Ended() }
                return sum == treeSum(leaves[...])
            }
            for (rank, result) in results.enumerated() {
                if rank == round % 5 {
                    #expect(throws: Ended.self) { try result.get() }
                } else {
                    #expect(throws: Never.self) { try result.get() }
                    #expect((try? result.get()) == true, "the tree's sum")
                }
            }
        }
    }

    /// One that calls fewer collectives than the others is told of as well.
    @Test func aRankThatReturnsEarlyMakesTheOthersThrow() {
        let results = withThreadRanks(3) { world in if world.rank != 1 { try world.barrier() } }
        for rank in [0, 2] { #expect(throws: CommunicatorError.self) { try results[rank].get() } }
    }

    /// Whatever the others wait in, they are told.
    @Test(arguments: ["barrier", "broadcast", "all-reduce", "ring", "the one that failed"], 2...5)
    func aRankThatThrowsMakesTheOthersThrow(waitingIn place: String, size: Int) {
        let failing = size - 1
        let results = withThreadRanks(size) { world in
            try world.barrier()
            if world.rank == failing { throw Ended() }
            switch place {
            case "barrier": try world.barrier()
            case "broadcast": _ = try world.broadcast([1, 2, 3], from: 0)
            case "all-reduce":
                _ = try ShardReducer(
                    cut: BatchCut(shards: size, samples: 0), count: 4, world: world, ordered: false
                ).sum { _ in
                    [1, 2, 3, 4]
                }
            case "ring":
                _ = try ShardReducer(cut: BatchCut(shards: size, samples: 0), count: 4, world: world).sum {
                    _ in [1, 2, 3, 4]
                }
            default: try exchangeByte(world, with: failing)
            }
        }
        for (rank, result) in results.enumerated() {
            let error = #expect(throws: (any Error).self) { try result.get() }
            #expect(rank == failing ? error is Ended : error is CommunicatorError)
        }
    }
}

private struct Ended: Error {}

private func exchangeByte(_ world: any Communicator, with peer: Int) throws {
    var (out, back): (UInt8, UInt8) = (1, 0)
    try withUnsafeBytes(of: &out) { sending in
        try withUnsafeMutableBytes(of: &back) { receiving in
            let exchange = try world.makeExchange(
                sending: sending, to: peer, receiving: receiving, from: peer, tag: 0)
            try exchange.start()
            try exchange.wait()
        }
    }
}
