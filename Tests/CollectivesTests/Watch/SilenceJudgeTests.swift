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
    mutating func pass(
        _ seconds: Double, moving: Set<Int> = [], stopped: Set<Int> = [], distant: Set<Int> = [],
        unseen: Set<Int> = []
    ) {
        for _ in 0..<Int(seconds * 10) {
            time += 0.1
            for rank in ranks.indices {
                if moving.contains(rank) { ranks[rank].beats += 1 }
                if !stopped.contains(rank) { ranks[rank].rounds += 1 }
                if !unseen.contains(rank) {
                    judge.see(ranks[rank], of: rank, at: time, isDistant: distant.contains(rank))
                }
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
        var scene = Scene([waiting, waiting, waiting])
        scene.pass(5.3, unseen: [2])
        let silence = try #require(scene.verdict())
        #expect(silence.silent.isEmpty && silence.others.map(\.rank) == [0, 1])
        #expect(silence.text(hosts: []).contains("look at the other hosts and at the network"))
    }

    @Test func anotherHostThatIsNotHeardOfIsNamed() throws {
        var scene = Scene([waiting, waiting, waiting])
        scene.pass(3, moving: [0, 1, 2], distant: [1, 2])
        scene.pass(5.3, stopped: [2], distant: [1, 2])
        let silence = try #require(scene.verdict())
        #expect(silence.silent.map(\.rank) == [2] && silence.others.map(\.rank) == [0, 1])
        #expect(
            silence.text(hosts: ["a", "b", "c"]).hasPrefix(
                "rank 2 on c has been silent for 5 s, at step 41, while training: nothing comes from it, its host"
            ))
    }

    @Test func anotherHostsRankThatHangsIsNamed() throws {
        var scene = Scene([waiting, working])
        scene.pass(5.3, distant: [1])
        let silence = try #require(scene.verdict())
        #expect(silence.silent.map(\.rank) == [1])
        #expect(silence.text(hosts: ["a", "b"]).contains("while training; waiting for others: rank 0"))
    }

    /// Datagrams may be lost while training goes on.
    @Test func anotherHostIsNotAccusedWhileRanksHereGoOn() {
        var scene = Scene([waiting, working])
        scene.pass(1, distant: [1])
        scene.pass(100, moving: [0], stopped: [1], distant: [1])
        #expect(scene.verdict() == nil)
    }

    @Test func whereAllAreHeardOfAndWaitItIsTheNetwork() throws {
        var scene = Scene([waiting, waiting])
        scene.pass(5.3, distant: [1])
        let silence = try #require(scene.verdict())
        #expect(silence.silent.isEmpty)
        #expect(silence.text(hosts: ["a", "b"]).contains("look at the network between their hosts"))
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

    /// Over this machine's own addresses; strangers' datagrams are not taken.
    @Test func whatHostsShowEachOtherIsSeen() throws {
        let loopback = UInt32(0x7F00_0001).bigEndian
        let hub = try #require(DistantSightings(hubOf: 100, job: 7))
        func spoke(job: Int) throws -> DistantSightings {
            try #require(DistantSightings(hub: [0, loopback], port: hub.port, ranks: 100, job: job))
        }
        let (friend, stranger) = (try spoke(job: 7), try spoke(job: 8))
        let sighting = Sighting(beats: 5, place: waiting, milliseconds: 60_000, rounds: 9)
        stranger.send([(1, sighting)])
        friend.send((3..<73).map { ($0, sighting) } + [(100, sighting), (-1, sighting)])
        var seen: [Int: Sighting] = [:]
        for _ in 0..<200 where seen.count < 70 {
            usleep(10_000)
            hub.receive { seen[$0] = $1 }
        }
        #expect(seen == Dictionary(uniqueKeysWithValues: (3..<73).map { ($0, sighting) }))
        hub.send([(0, sighting)])
        var answered = false
        for _ in 0..<200 where !answered {
            usleep(10_000)
            friend.receive { answered = answered || $0 == 0 && $1 == sighting }
            stranger.receive { _, _ in Issue.record("a stranger is answered") }
        }
        #expect(answered)
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
