import Glibc
import Synchronization
import Testing

@testable import Collectives

/// What a watch finds, instead of ending the process.
private final class Found: Sendable {
    let finding = Mutex<Watch.Finding?>(nil)
    let isAskedToStop = Atomic(false)

    /// - Returns: never; the thread of the watch sleeps on.
    func tell(_ finding: Watch.Finding) -> Never {
        self.finding.withLock { $0 = $0 ?? finding }
        while true { sleep(1000) }
    }

    func watch(launchedAs rank: Int? = nil, seconds: Double) -> Watch {
        let watch = Watch(
            launchedAs: rank, seconds: seconds,
            isAskedToStop: { self.isAskedToStop.load(ordering: .relaxed) },
            end: { finding, _ in self.tell(finding) })
        watch.start()
        return watch
    }

    /// What was found, within so many seconds.
    func after(_ seconds: Double) -> Watch.Finding? {
        for _ in 0...Int(seconds * 20) {
            if let found = finding.withLock({ $0 }) { return found }
            usleep(50_000)
        }
        return nil
    }
}

@Suite(.timeLimit(.minutes(10))) struct WatchTests {
    /// Ranks that are threads: one hangs in its own code, the others wait for it.
    @Test func aThreadThatHangsIsNamed() {
        let found = Found()
        let watch = found.watch(seconds: 1)
        let results = withThreadRanks(3) { world -> Bool in
            let world = WatchedCommunicator(world, in: watch)
            world.heartbeat.allowSilence(seconds: 1)
            try world.watchEachOther()
            world.heartbeat.enter(.training)
            world.heartbeat.enter(step: 7)
            for _ in 0..<30 {  // nobody is silent for long
                world.heartbeat.beat()
                try world.barrier()
                usleep(50_000)
            }
            if found.after(0) != nil { return false }
            if world.rank == 1 { _ = found.after(20) }  // hangs as long as it takes
            try world.barrier()
            return true
        }
        #expect(results.allSatisfy { (try? $0.get()) == true })
        guard case .silence(let text, _) = found.after(0) else {
            Issue.record("nothing was found")
            return
        }
        #expect(
            text.hasPrefix("rank 1 on ")
                && text.contains("at step 7, while training; waiting for others: rank 0"))
    }

    /// Before its program has said for how long a rank may show nothing.
    @Test func aRankThatHangsAtTheStartIsNamed() {
        let found = Found()
        let watch = found.watch(seconds: 0.1)
        let results = withThreadRanks(2) { world in
            let world = WatchedCommunicator(world, in: watch)
            world.heartbeat.enter(.starting)
            if world.rank == 1 { _ = found.after(30) }
            try world.barrier()
        }
        #expect(results.allSatisfy { (try? $0.get()) != nil })
        guard case .silence(let text, _) = found.after(0) else {
            Issue.record("nothing was found")
            return
        }
        #expect(text.hasPrefix("rank 1 on ") || text.hasPrefix("rank 1 has"), "\(text)")
        #expect(text.contains("while starting"), "\(text)")
    }

    @Test func ranksThatNeverJoinAreNotWaitedForForEver() {
        let found = Found()
        withExtendedLifetime(found.watch(launchedAs: 2, seconds: 1)) {
            guard case .silence(let text, _) = found.after(20) else {
                Issue.record("nothing was found")
                return
            }
            #expect(text.contains("while the ranks join") && text.contains("rank 2"))
        }
    }

    @Test func aProcessThatDoesNotTrainStopsWhenItIsAskedTo() {
        let found = Found()
        let watch = found.watch(seconds: 60)
        let world = WatchedCommunicator(LocalCommunicator(), in: watch)
        world.heartbeat.enter(.training)
        found.isAskedToStop.store(true, ordering: .relaxed)
        usleep(500_000)
        #expect(found.after(0) == nil)  // the training takes the request
        world.heartbeat.enter(.program)
        #expect(found.after(20) == .stopRequest)
    }
}
