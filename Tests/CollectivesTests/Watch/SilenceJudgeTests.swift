import Glibc
import Testing

@testable import Collectives

/// Ranks whose seconds pass as the test says.
private struct Scene {
    var judge = SilenceJudge()
    var ranks: [Sighting]
    var time = 0.0

    init(_ places: [Place], seconds: Double = 5) {
        ranks = places.map { Sighting(place: $0, milliseconds: Int(seconds * 1000), rounds: 1) }
        judge.expect(places.count - 1)
    }

    /// So many seconds pass, in which some ranks move, and all processes but some run.
    mutating func pass(_ seconds: Double, moving: Set<Int> = [], stopped: Set<Int> = []) {
        for _ in 0..<Int(seconds * 10) {
            time += 0.1
            for rank in ranks.indices {
                if moving.contains(rank) { ranks[rank].beats += 1 }
                if !stopped.contains(rank) { ranks[rank].rounds += 1 }
                judge.see(ranks[rank], of: rank, at: time)
            }
        }
    }

    func verdict(isAskedToStop: Bool = false) -> Silence? {
        judge.verdict(at: time, isAskedToStop: isAskedToStop)
    }
}

private let working = Place(step: 41, phase: .training)
private let waiting = Place(step: 41, phase: .training, isWaiting: true)

@Suite struct SilenceJudgeTests {
    @Test func ranksThatMoveAreLeftAlone() {
        var scene = Scene([working, waiting, waiting])
        scene.pass(100, moving: [0])
        #expect(scene.verdict() == nil)
    }

    @Test func aRankThatHangsIsNamedAndThoseThatWaitForIt() throws {
        var scene = Scene([waiting, working, waiting])
        scene.pass(4.8)
        #expect(scene.verdict() == nil)
        scene.pass(0.5)
        let silence = try #require(scene.verdict())
        #expect(silence.silent.map(\.rank) == [1] && silence.others.map(\.rank) == [0, 2])
        #expect(
            silence.text(hosts: ["a", "b", "a"])
                == "rank 1 on b has been silent for 5 s, at step 41, while training; waiting for others: "
                + "rank 0 (step 41, for 5 s), rank 2 (step 41, for 5 s)")
    }

    /// It may be stopped while it waits itself.
    @Test func aStoppedProcessIsNamed() throws {
        var scene = Scene([waiting, waiting, waiting])
        scene.pass(5.3, stopped: [2])
        let silence = try #require(scene.verdict())
        #expect(silence.silent.map(\.rank) == [2])
        #expect(
            silence.text(hosts: []).contains(
                "rank 2 has been silent for 5 s, at step 41, while training: its process does not run"))
    }

    @Test func whereAllWaitNobodySeenIsToBlame() throws {
        var scene = Scene([waiting, waiting])
        scene.pass(5.3)
        let silence = try #require(scene.verdict())
        #expect(silence.silent.isEmpty && silence.others.map(\.rank) == [0, 1])
        #expect(silence.text(hosts: []).contains("look at the other hosts and at the network"))
    }

    @Test func disksAreWaitedForTenTimesAsLong() {
        var scene = Scene([Place(phase: .saving), Place(phase: .saving, isWaiting: true)])
        scene.pass(49)
        #expect(scene.verdict() == nil)
        scene.pass(2)
        #expect(scene.verdict()?.silent.map(\.rank) == [0])
    }

    @Test func aProgramsOwnCodeMayTakeAnyTime() {
        var scene = Scene([Place(phase: .program), waiting])
        scene.pass(1000)
        #expect(scene.verdict() == nil)
    }

    @Test func zeroIsAnyTimeButNotForThoseWhoAreAskedToStop() {
        var scene = Scene([working, waiting], seconds: 0)
        scene.pass(1000)
        #expect(scene.verdict() == nil)
        #expect(scene.verdict(isAskedToStop: true)?.silent.map(\.rank) == [0])
    }

    @Test func aRequestToStopDoesNotWaitForAStoppedPeer() {
        var scene = Scene([waiting, working], seconds: 60)
        scene.pass(5.3, stopped: [1])
        #expect(scene.verdict() == nil)
        #expect(scene.verdict(isAskedToStop: true)?.silent.map(\.rank) == [1])
    }

    @Test func whoIsDoneIsNotMissed() {
        var scene = Scene([Place(phase: .ending), working])
        scene.pass(100, moving: [1], stopped: [0])
        #expect(scene.verdict() == nil)
    }
}

@Suite struct HeartbeatTests {
    @Test(arguments: [0, 1, 41, 1 << 40]) func aPlaceIsPackedWhole(step: Int) {
        for phase in [Heartbeat.Phase.program, .joining, .starting, .training, .evaluating, .saving, .ending]
        {
            for isWaiting in [false, true] {
                let place = Place(step: step, phase: phase, isWaiting: isWaiting)
                #expect(Place(bits: place.bits) == place)
            }
        }
    }

    @Test func whatProcessesShowEachOtherIsSeen() throws {
        let made = try #require(SharedSightings(creatingFor: 3, job: 7))
        let own = Int(getpid())
        #expect(SharedSightings(ofProcess: own, descriptor: made.descriptor, ranks: 3, job: 8) == nil)
        #expect(SharedSightings(ofProcess: own, descriptor: made.descriptor, ranks: 2000, job: 7) == nil)
        let opened = try #require(
            SharedSightings(ofProcess: own, descriptor: made.descriptor, ranks: 3, job: 7))
        made.closeFile()
        let sighting = Sighting(beats: 5, place: waiting, milliseconds: 60_000, rounds: 9)
        made[2] = sighting
        #expect(opened[2] == sighting && opened[1].rounds == 0)
    }
}
