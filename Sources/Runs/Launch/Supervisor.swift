import CProcess
import Formats
import Glibc
import Training

/// Starts a run's job under mpirun, passes signals on, and starts it again after faults.
///
/// It never calls MPI itself, and believes the run folder, not mpirun: only `status.json` says that a run is through.
final class Supervisor {
    /// So many starts in a row without a new checkpoint are the end.
    static let mostFruitless = 3
    /// So many failed starts are, where mpirun could not even begin.
    static let mostNotStarted = 2
    /// Seconds between two looks for hosts that came or went, where a job is elastic.
    static let elasticPeriod = 10.0
    /// Seconds that ranks may take to end when their run is through: one that is stopped then would be waited for for ever.
    static let longestEnd = 20.0

    let job: LaunchJob
    private let environment: [String: String]
    private let clock: Clock
    private let inbox = SignalInbox()
    private let machine: LaunchMachine

    private var relay = ErrorRelay()
    /// Whether somebody asked the job to stop.
    private var isStopping = false
    /// Whether it is to stop without a checkpoint.
    private var isEnding = false
    private var restarts = 0
    private var fruitless = 0
    private var starts = 0
    private var hosts: [Host]?

    init(_ job: LaunchJob, environment: [String: String], clock: Clock = .system) {
        self.job = job
        self.environment = environment.merging([RequestedStop.launchCommand: job.commandLine]) { $1 }
        self.clock = clock
        machine = LaunchMachine.current(environment)
        lockstep_adopt_orphans()
    }

    /// - Throws: `FileError` for the hostfile, `LaunchError` where there is no mpirun.
    func run() throws -> ExitStatus {
        var hasBegun = false
        while true {
            guard let plan = try makePlan() else { return conclude(.stopped, hasBegun) }
            if let ranks = plan.ranks, ranks < job.settings.minRanks {
                let few = "\(ranks) ranks can be had, and the least (--min-np) are \(job.settings.minRanks)"
                if restartFollows(.fault(few), gained: false, memoryKills: nil) { continue }
                return conclude(.fault(few), hasBegun)
            }
            let seconds = clock.monotonicSeconds() - processStart
            let words = plan.command(job.words(isFirst: !hasBegun, after: seconds), exported: exported)
            if job.settings.dryRun {
                print(
                    (plan.assignments(besides: environment) + words.map(shellQuoted)).joined(separator: " "))
                return .done
            }
            let before = (status: job.status, step: job.newestStep, kills: MemoryKills.count)
            inform("starting \(plan.text)" + (before.step > 0 ? ", from step \(before.step)" : ""))
            let (end, isRegrouping) = try supervise(words, plan, after: before.status)
            let status = job.status == before.status ? nil : job.status
            hasBegun = hasBegun || status != nil
            let outcome = JobOutcome(
                end, status: status, stopAsked: isStopping || isRegrouping, isRestart: starts > 1)
            if isRegrouping, !isStopping, outcome == .stopped { continue }
            let gained = job.newestStep > before.step
            if !restartFollows(outcome, gained: gained, memoryKills: before.kills) {
                return conclude(outcome, hasBegun)
            }
        }
    }

    /// Variables of ours that ranks on other hosts should have.
    private var exported: [String] {
        environment.keys.filter { name in
            // A command line to be typed has no such command to tell.
            name.hasPrefix("LOCKSTEP_") && !(job.settings.dryRun && name == RequestedStop.launchCommand)
                || name.hasPrefix("TRAINER_")
        }.sorted()
    }
}

// MARK: Hosts

extension Supervisor {
    /// Who takes part in the next start; nil where the job is to stop meanwhile.
    private func makePlan() throws -> LaunchPlan? {
        guard let path = job.settings.hostfile else {
            return LaunchPlan(job.settings, hosts: nil, shards: job.shards, on: machine)
        }
        do {
            hosts = try Hostfile(path: path).hosts
        } catch {
            guard hosts != nil else { throw error }
            say("\(error); going on with the hosts it named before")
        }
        let probe = HostProbe(hosts ?? [], environment: environment, now: clock.monotonicSeconds)
        while !isStopping {
            if let cores = probe.poll() { return plan(cores) }
            relay.pump(wait: 20)
            takeSignals()
        }
        probe.cancel()
        return nil
    }

    private func plan(_ cores: [String: Int], telling: Bool = true) -> LaunchPlan {
        let all = hosts ?? []
        let gone = all.filter { cores[$0.name] == nil }.map(\.name)
        if telling, !gone.isEmpty { say("no answer from \(gone.joined(separator: ", ")): left out") }
        return LaunchPlan(
            job.settings, hosts: all.filter { cores[$0.name] != nil }, cores: cores, shards: job.shards,
            on: machine)
    }
}

// MARK: A start

extension Supervisor {
    /// Starts mpirun and waits for its end and that of all it started.
    ///
    /// - Parameter status: what the start before left.
    private func supervise(
        _ words: [String], _ plan: LaunchPlan, after status: RunStatus?
    ) throws -> (end: ChildProcess.End, isRegrouping: Bool) {
        starts += 1
        relay.forget()
        guard
            let mpirun = ChildProcess(
                words, environment: plan.environment(environment), output: STDOUT_FILENO, error: relay.sink,
                deathSignal: SIGTERM)
        else { throw LaunchError(reason: String(cString: strerror(errno))) }
        let now = clock.monotonicSeconds
        var isRegrouping = false
        var probe: HostProbe?
        var (nextLook, nextSignal, kill) = (now() + Self.elasticPeriod, 0.0, Double.infinity)
        var end = EndOfRun(longest: Self.longestEnd)
        while true {
            relay.pump(wait: 50)
            if let end = mpirun.poll() {
                probe?.cancel()
                Descendants.end(grace: 5, now: now)
                relay.pump(wait: 0)
                return (end, isRegrouping)
            }
            takeSignals()
            let isOverdue = end.isOverdue(at: now()) { job.status != status && job.status?.state == .done }
            if isOverdue, kill == .infinity { say("the run is done, but its ranks do not end: ending them") }
            if isEnding || isOverdue {
                if kill == .infinity {
                    mpirun.send(SIGTERM)
                    kill = now() + 10
                } else if now() > kill {
                    mpirun.send(SIGKILL)
                }
            } else if isStopping || isRegrouping {
                // mpirun passes it on, but not to ranks that it has yet to start: said again, it reaches them all.
                if now() >= nextSignal {
                    mpirun.send(SIGUSR1)
                    nextSignal = now() + 2
                }
            } else if job.settings.isElastic {
                if let cores = probe?.poll() {
                    (probe, nextLook) = (nil, now() + Self.elasticPeriod)
                    let next = self.plan(cores, telling: false)
                    if next.hosts != plan.hosts, let ranks = next.ranks, ranks >= job.settings.minRanks {
                        inform("the hosts are others now: going on with \(next.text), after a checkpoint")
                        isRegrouping = true
                    }
                } else if probe == nil, now() > nextLook, let path = job.settings.hostfile {
                    if let found = try? Hostfile(path: path).hosts { hosts = found }
                    probe = HostProbe(hosts ?? [], environment: environment, now: now)
                }
            }
        }
    }

    private func takeSignals() {
        while let number = inbox.take() {
            if number == SIGINT, isStopping {
                if !isEnding { say("stopping now, without a checkpoint") }
                isEnding = true
            } else if !isStopping {
                isStopping = true
                say(
                    "stopping at the next step, after a checkpoint"
                        + (number == SIGINT ? "; press again to stop now" : ""))
            }
        }
    }
}

// MARK: After a start

extension Supervisor {
    /// Tells what broke, and waits for the next start, where there is one.
    private func restartFollows(_ outcome: JobOutcome, gained: Bool, memoryKills: Int?) -> Bool {
        let (cause, mostFruitless): (String, Int)
        switch outcome {
        case .done, .stopped, .failed: return false
        case .fault(let words): (cause, mostFruitless) = (words, Self.mostFruitless)
        case .notStarted(let words): (cause, mostFruitless) = (words, Self.mostNotStarted)
        }
        say(relay.trail.text ?? cause)
        if let error = relay.trail.error, !error.hasSuffix(cause) { say("the first error was: \(error)") }
        if let memoryKills, let kills = MemoryKills.count, kills > memoryKills {
            say(
                "the kernel killed a process for memory: give it more, or lower --global-batch or the ranks of a host"
            )
        }
        fruitless = gained ? 0 : fruitless + 1
        guard !isStopping, restarts < job.settings.maxRestarts, fruitless < mostFruitless else {
            return false
        }
        restarts += 1
        let pause = fruitless == 0 ? 1 : min(60, 1 << fruitless)
        say("restart \(restarts) of \(job.settings.maxRestarts) in \(pause) s, from \(job.placeText)")
        let end = clock.monotonicSeconds() + Double(pause)
        while clock.monotonicSeconds() < end, !isStopping {
            relay.pump(wait: 50)
            takeSignals()
        }
        return !isStopping
    }

    /// The last words, and the status to end with.
    private func conclude(_ outcome: JobOutcome, _ hasBegun: Bool) -> ExitStatus {
        let goOn = "to go on: \(job.commandLine)"
        switch isStopping && outcome != .done ? outcome.whenStopping : outcome {
        case .done:
            inform("done" + (job.status.map { " at step \($0.step)" } ?? ""))
            return .done
        case .stopped:
            say("stopped; \(job.placeText)\n\(job.prefix)\(goOn)")
            return .resumable
        case .failed(let status, let cause):
            let words = cause ?? relay.trail.error ?? status.meaning
            say("ended with status \(status.rawValue), which starting again does not change: \(words)")
            return status
        case .notStarted where !hasBegun:
            say("mpirun could not start the job: see its message above, and '\(job.program) doctor'")
            return .environment
        case .fault, .notStarted:
            let why =
                restarts >= job.settings.maxRestarts
                ? "all \(restarts) restarts are used up"
                : "\(fruitless) starts in a row brought no new checkpoint"
            say("giving up: \(why); \(job.placeText)\n\(job.prefix)\(goOn)")
            return .resumable
        }
    }

    private func say(_ text: String) { relay.say(job.prefix + text) }

    /// Says what is no warning.
    private func inform(_ text: String) {
        if !job.isQuiet { say(text) }
    }
}

extension JobOutcome {
    /// What it amounts to for somebody who asked for a stop.
    fileprivate var whenStopping: JobOutcome {
        if case .failed = self { self } else { .stopped }
    }
}

/// There is no mpirun.
struct LaunchError: StatusError, CustomStringConvertible {
    let reason: String

    var exitStatus: ExitStatus { .environment }
    var description: String {
        "mpirun cannot be started: \(reason); install Open MPI (openmpi-bin), or put its mpirun into $PATH"
    }
}
