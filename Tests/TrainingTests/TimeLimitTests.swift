import Synchronization
import Testing

@testable import Training

/// Two steps and two checkpoints ahead of the end, and a second.
@Suite final class TimeLimitTests: Sendable {
    private let time = Mutex(100.0)

    private func limit(stateBytes: Int = 0) -> TimeLimit {
        TimeLimit(
            end: 200, stateBytes: stateBytes,
            clock: Clock(monotonicSeconds: { self.time.withLock { $0 } }, utc: { "" }))
    }

    private func isNear(_ limit: TimeLimit, at now: Double) -> Bool {
        time.withLock { $0 = now }
        return limit.isNear()
    }

    @Test func aSecondIsLeft() {
        let limit = limit()
        #expect(!isNear(limit, at: 198.9) && !limit.hasCome)
        #expect(isNear(limit, at: 199.1) && limit.hasCome)
        #expect(isNear(limit, at: 100))  // it stays so
    }

    @Test func twoCheckpointsAreLeftTimeFor() {
        let limit = limit(stateBytes: 250_000_000)
        #expect(!isNear(limit, at: 188.9))
        limit.saved(in: 2)  // the disk may have been at rest
        #expect(isNear(limit, at: 189.1))
        let slow = self.limit()
        slow.saved(in: 20)
        #expect(!isNear(slow, at: 158.9))
        #expect(isNear(slow, at: 159.1))
    }

    @Test func twoStepsAreLeftTimeFor() {
        let limit = limit()
        // The longest took ten, and a shorter one followed.
        for seconds in [1.0, 11, 12] { limit.steps(took: seconds) }
        #expect(!isNear(limit, at: 179.3))
        #expect(isNear(limit, at: 179.5))
    }
}
