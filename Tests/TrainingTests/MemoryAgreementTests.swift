import Collectives
import Limits
import Testing

@testable import Training

/// Ranks of a host share its memory: each alone may find enough where all together do not.
@Suite struct MemoryAgreementTests {
    @Test func ranksAskForWhatAllOfThemNeed() throws {
        let free = try #require(AvailableMemory.now().host).bytes
        let need = free / 3  // of a host that may be busy
        for (ranks, isEnough) in [(1, true), (2, true), (4, false)] {
            let results = withThreadRanks(ranks) { try $0.requireMemory(need, "for a test") }
            for result in results {
                if isEnough {
                    _ = try result.get()
                } else {
                    let failure = #expect(throws: AgreedFailure.self) { try result.get() }
                    #expect(failure?.status == .outOfMemory)
                }
            }
        }
    }

    /// One rank's need ends all.
    @Test func aNeedOfOneRankEndsAll() {
        let results = withThreadRanks(3) { world in
            try world.requireMemory(world.rank == 1 ? 1 << 46 : 0, "for a test")
        }
        for result in results {
            #expect(throws: AgreedFailure.self) { try result.get() }
        }
    }
}
