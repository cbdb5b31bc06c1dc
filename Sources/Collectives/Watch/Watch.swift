import Glibc
import Synchronization

/// Watches the ranks of this process, those of the others on this host, and, so far as datagrams come through, those of
/// other hosts, from a thread of its own: it needs no MPI, in which a rank may wait for ever.
public final class Watch: Sendable {
    /// Why the job is to be ended.
    public enum Finding: Sendable, Equatable {
        /// The process was asked to stop, and does not train.
        case stopRequest
        /// Nothing has moved for too long: who, where, and who waits; and the step of the rank that tells it.
        case silence(String, step: Int)
    }

    private static let secondsBetweenRounds = 0.1
    /// Rounds from one datagram to other hosts to the next.
    private static let roundsBetweenDatagrams = 3
    /// What a round takes at most: more, and the process was stopped itself, or had no core.
    private static let longestRound = 0.5
    /// How long others are left the telling, where they are nearer to it.
    private static let secondsForOthers = 1.5

    private struct State {
        /// The ranks of this process.
        var ranks: [(number: Int, heartbeat: Heartbeat)] = []
        var hosts: [String] = []
        var judge = SilenceJudge()
        var shared: SharedSightings?
        var distant: DistantSightings?
        var rounds = 0
        /// When the job was first found to stand still, and when the process was asked to stop.
        var foundAt: Double?
        var askedAt: Double?
    }

    private let state = Mutex(State())
    private let seconds: Double
    private let isLaunched: Bool
    private let isAskedToStop: @Sendable () -> Bool
    private let end: @Sendable (Finding, _ rank: Int) -> Never
    private let joining = Heartbeat()

    /// - Parameters:
    ///   - rank: this process's among those that a launcher started; nil for a process that is alone.
    ///   - seconds: how long ranks may take to join, and then show nothing, unless they say otherwise.
    ///   - end: ends the process, and so the job.
    public init(
        launchedAs rank: Int?, seconds: Double, isAskedToStop: @escaping @Sendable () -> Bool,
        end: @escaping @Sendable (Finding, _ rank: Int) -> Never
    ) {
        isLaunched = rank != nil
        (self.seconds, self.isAskedToStop, self.end) = (seconds, isAskedToStop, end)
        joining.allowSilence(seconds: seconds)
        if let rank {
            joining.enter(.joining)
            joining.wait()
            state.withLock { state in
                state.judge.expect(rank)
                state.ranks = [(rank, joining)]
            }
        }
    }

    /// Begins to watch. Where the system lets no more threads start, nobody watches.
    public func start() {
        (try? SystemThread("watch", stackBytes: 512 << 10) { self.run() })?.detach()
    }

    /// The heartbeat of a rank of this process, which is watched from now on.
    func heartbeat(ofRank rank: Int) -> Heartbeat {
        let heartbeat = Heartbeat()
        heartbeat.allowSilence(seconds: seconds)
        state.withLock { state in
            state.ranks.removeAll { $0.heartbeat === joining }
            state.ranks.append((rank, heartbeat))
            state.judge.forget()
            for own in state.ranks { state.judge.expect(own.number) }
        }
        return heartbeat
    }

    /// Lets the processes of each host see each other's ranks, and rank 0's process those of all; every rank calls it.
    func share(over world: any Communicator) throws(CommunicatorError) {
        let hosts = try world.hostNames()
        let job = try world.broadcast(Int.random(in: 1 ... .max), from: 0)
        let host = hosts[world.rank]
        let first = hosts.firstIndex(of: host) ?? 0
        var memory: SharedSightings?
        if world.rank == first, world.description.processes > 1 {
            memory = SharedSightings(creatingFor: world.size, job: job)
        }
        let own = [Int(getpid()), memory?.descriptor ?? -1]
        let all = try world.allGather(own.withUnsafeBytes { Array($0) })
        let place = all[first].withUnsafeBytes { Array($0.bindMemory(to: Int.self)) }
        // One thread of each process is enough.
        let speaks = world.rank % world.description.threadsPerProcess == 0
        if speaks, world.rank != first, place[1] >= 0, world.description.processes > 1 {
            memory = SharedSightings(ofProcess: place[0], descriptor: place[1], ranks: world.size, job: job)
        }
        let distant = try distantSightings(of: hosts, in: world, job: job, speaks: speaks)
        try world.barrier()
        memory?.closeFile()
        guard speaks else { return }
        state.withLock { state in
            (state.hosts, state.shared, state.distant) = (hosts, memory, distant)
            state.judge.expect(world.size - 1)
        }
    }

    /// What hosts, where there are several, show each other their ranks by.
    private func distantSightings(
        of hosts: [String], in world: any Communicator, job: Int, speaks: Bool
    ) throws(CommunicatorError) -> DistantSightings? {
        guard Set(hosts).count > 1 else { return nil }
        let hub = world.rank == 0 ? DistantSightings(hubOf: world.size, job: job) : nil
        let port = try world.broadcast(hub?.port ?? 0, from: 0)
        var addresses = DistantSightings.addresses()
        var failure: CommunicatorError?
        addresses.withUnsafeMutableBytes { bytes in
            do throws(CommunicatorError) { try world.broadcast(bytes, from: 0) } catch { failure = error }
        }
        if let failure { throw failure }
        guard speaks, port > 0, hosts[world.rank] != hosts[0] else { return hub }
        return DistantSightings(hub: addresses, port: port, ranks: world.size, job: job)
    }

    private func run() -> Never {
        var (time, last) = (0.0, Self.now())
        while true {
            usleep(UInt32(Self.secondsBetweenRounds * 1e6))
            let now = Self.now()
            time += min(now - last, Self.longestRound)
            last = now
            let found = state.withLock { look(&$0, at: time) }
            if let (finding, rank) = found { end(finding, rank) }
        }
    }

    private static func now() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
    }

    /// Looks at every rank once.
    private func look(_ state: inout State, at time: Double) -> (Finding, rank: Int)? {
        state.rounds += 1
        var isTraining = false
        for own in state.ranks {
            var sighting = own.heartbeat.sighting
            sighting.rounds = state.rounds
            state.shared?[own.number] = sighting
            state.judge.see(sighting, of: own.number, at: time)
            isTraining = isTraining || ![.program, .joining, .starting].contains(sighting.place.phase)
        }
        if let shared = state.shared {
            for rank in state.hosts.indices where !state.ranks.contains(where: { $0.number == rank }) {
                let sighting = shared[rank]
                if sighting.rounds > 0 { state.judge.see(sighting, of: rank, at: time) }
            }
        }
        lookAfar(&state, at: time)
        let rank = state.ranks.first?.number ?? 0
        let isAsked = isAskedToStop()
        state.askedAt = isAsked ? state.askedAt ?? time : nil
        if let askedAt = state.askedAt, !isTraining,
            time - askedAt >= (isLaunched ? (rank == 0 ? 2 : 4) : 0)
        {
            return (.stopRequest, rank)
        }
        guard let silence = state.judge.verdict(at: time, isAskedToStop: isAsked) else {
            state.foundAt = nil
            return nil
        }
        let foundAt = state.foundAt ?? time
        state.foundAt = foundAt
        // The first rank that is sound tells; the others only if it does not.
        let teller = silence.others.first?.rank ?? rank
        let isTeller = state.ranks.contains { $0.number == teller }
        guard isTeller || time - foundAt >= Self.secondsForOthers else { return nil }
        let step = state.ranks.first?.heartbeat.sighting.place.step ?? 0
        return (.silence(silence.text(hosts: state.hosts), step: step), rank)
    }

    /// Exchanges with other hosts what is seen.
    private func lookAfar(_ state: inout State, at time: Double) {
        guard let distant = state.distant else { return }
        if state.rounds % Self.roundsBetweenDatagrams == 0 {
            distant.send(
                state.ranks.map { rank, heartbeat in
                    var sighting = heartbeat.sighting
                    sighting.rounds = state.rounds
                    return (rank, sighting)
                })
        }
        let own = state.ranks.first.map { state.hosts[$0.number] }
        distant.receive { rank, sighting in
            if state.hosts[rank] != own {
                state.judge.see(sighting, of: rank, at: time, isDistant: true)
            }
        }
    }
}
