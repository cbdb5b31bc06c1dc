import Collectives
import Formats
import Testing

@testable import Training

@Suite(.timeLimit(.minutes(10))) struct AgreementTests {
    private static let missing = FileError(.missing, "rank's own file", "not found", advice: "look again")

    @Test(arguments: 1...5)
    func nobodyFails(size: Int) throws {
        let results = withThreadRanks(size) { world in try world.agree { world.rank * 2 } }
        #expect(try results.map { try $0.get() } == (0..<size).map { $0 * 2 })
    }

    @Test(arguments: 1...5)
    func oneFailsAndAllDo(size: Int) throws {
        for failing in 0..<size {
            let results = withThreadRanks(size) { world in
                try world.agree { if world.rank == failing { throw Self.missing } }
            }
            for (rank, result) in results.enumerated() {
                let failure = try #require(throws: AgreedFailure.self) { try result.get() }
                #expect(failure.status == .inputMissing && failure.rank == failing)
                #expect(Status(of: failure) == .inputMissing)
                #expect((failure.cause as? FileError) == (rank == failing ? Self.missing : nil))
            }
        }
    }

    @Test func theLowestRankWins() throws {
        let statuses: [Status] = [.done, .badData, .ioFailure, .inputMissing]
        let results = withThreadRanks(4) { world in
            try world.agree { if world.rank > 0 { throw statuses[world.rank] } }
        }
        for (rank, result) in results.enumerated() {
            let failure = try #require(throws: AgreedFailure.self) { try result.get() }
            #expect(failure.status == .badData && failure.rank == 1)
            #expect((failure.cause != nil) == (rank == 1), "only the first rank that failed tells")
        }
    }

    @Test func anErrorOfUnknownTypeIsOurBug() throws {
        struct Surprise: Error {}
        let failure = try #require(throws: AgreedFailure.self) {
            try LocalCommunicator().agree { throw Surprise() }
        }
        #expect(failure.status == .internalError && failure.cause is Surprise)
    }

    @Test(arguments: 1...4)
    func rankZerosBytesReachAll(size: Int) throws {
        let results = withThreadRanks(size) { world in
            try world.fromRankZero {
                #expect(world.rank == 0)
                return Array("from rank \(world.rank)".utf8)
            }
        }
        #expect(try results.allSatisfy { try $0.get() == Array("from rank 0".utf8) })
    }

    @Test func allRanksSurviveAgreementAndCanGoOn() throws {
        let results = withThreadRanks(3) { world in
            for failing in 0..<3 {
                #expect(throws: AgreedFailure.self) {
                    try world.agree { if world.rank == failing { throw Self.missing } }
                }
            }
            return try world.allGather([UInt8(world.rank)])
        }
        #expect(try results.allSatisfy { try $0.get() == [[0], [1], [2]] })
    }
}
