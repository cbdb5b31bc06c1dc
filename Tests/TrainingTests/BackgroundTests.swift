import Foundation
import Synchronization
import Testing

@testable import Training

@Suite(.timeLimit(.minutes(10))) struct BackgroundTests {
    @Test func thingsAreDoneOneAfterTheOtherBesideWhoAsks() {
        let background = Background()
        #expect(background.isBeside)
        let done = Mutex<[Int]>([])
        let own = pthread_self()
        let wasBeside = Mutex(true)
        for number in 0..<20 {
            background.begin {
                usleep(500)
                wasBeside.withLock { $0 = $0 && pthread_equal(own, pthread_self()) == 0 }
                done.withLock { $0.append(number) }
            }
        }
        background.wait()
        #expect(done.withLock { $0 } == Array(0..<20))
        #expect(wasBeside.withLock { $0 })
    }

    /// Who asks goes on while a thing is done.
    @Test func nobodyWaitsWhoDoesNotAskFor() {
        let background = Background()
        let gate = Mutex(false)
        background.begin { while !gate.withLock({ $0 }) { usleep(200) } }
        gate.withLock { $0 = true }  // would never be come to otherwise
        background.wait()
    }

    @Test func theEndWaitsForWhatIsUnderWay() {
        let isDone = Mutex(false)
        do {
            let background = Background()
            background.begin {
                usleep(50_000)
                isDone.withLock { $0 = true }
            }
        }
        #expect(isDone.withLock { $0 })
    }

    /// Without a thread, as after the end.
    @Test func withoutAThreadThingsAreDoneInPlace() {
        let background = Background()
        background.stop()
        #expect(!background.isBeside)
        let isOwn = Mutex(false)
        let own = pthread_self()
        background.begin { isOwn.withLock { $0 = pthread_equal(own, pthread_self()) != 0 } }
        #expect(isOwn.withLock { $0 })
        background.wait()
    }
}
