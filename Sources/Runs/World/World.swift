import Collectives
import Glibc
import Kernels
import Limits
import Training

/// Why a process ends.
public struct Failure: Sendable {
    public let message: String
    public let status: ExitStatus
    /// The rank that tells it.
    public let rank: Int
    /// Where the run stands that was asked to end, so that this is no error.
    public var stop: RequestedStop?
}

/// Hears of failures, besides standard error.
public typealias FailureListener = @Sendable (Failure) -> Void

/// Joins the world the launcher started, if one did, with `threads` ranks in this process, runs `body` in each, and ends
/// the process with its status.
///
/// - Parameter seconds: how long the ranks of a program that trains may take to join, and then show nothing, 0 for any
///   time; nil where nobody watches them.
public func runInWorld(
    _ launcher: Launcher?, threads: Int = 1, watchedFor seconds: Double? = nil,
    listener: @escaping FailureListener = { _ in },
    _ unwatched: @escaping @Sendable (any Communicator) throws -> Void
) -> Never {
    openStandardDescriptors()
    let watch = seconds.map { startWatch(launcher, seconds: $0, listener) }
    let body: @Sendable (any Communicator) throws -> Void = { world in
        guard let watch else { return try unwatched(world) }
        let world = WatchedCommunicator(world, in: watch)
        defer { world.heartbeat.enter(.ending) }
        try unwatched(world)
    }
    if let reason = CPU.unsuitability { fail(reason, .environment, listener) }
    signal(SIGXFSZ, SIG_IGN)  // a file size limit then fails the write, like a full disk, and is told
    FatalEnding.handle { fail($0, ExitStatus(rawValue: $1) ?? .internalError, listener) }
    guard let launcher else {
        if threads == 1 { end(outcome(LocalCommunicator(), listener, body)) }
        let statuses = withThreadRanks(threads) { outcome($0, listener, body) }
        end(common(statuses) { report($0, $1, listener) })
    }
    let processes: MPICommunicator
    do throws(CommunicatorError) {
        processes = try MPICommunicator(threads: threads)
    } catch {
        fail("\(error)", .environment, listener)
    }
    var status = ExitStatus.environment
    if let reason = launcher.mismatch(worldSize: processes.size) {
        report(reason, status, listener)
    } else if threads == 1 {
        endRanksWithThisOne(processes, listener)
        status = outcome(processes, listener, body)
    } else {
        status = outcome(of: threads, in: processes, listener, body)
    }
    // A peer may be gone, and nobody come.
    if let seconds, seconds > 0 { endAnyway(status == .done ? .resumable : status, after: seconds) }
    processes.finish()
    end(status)
}

/// Runs `body` on so many threads of each process.
private func outcome(
    of threads: Int, in processes: MPICommunicator, _ listener: @escaping FailureListener,
    _ body: @escaping @Sendable (any Communicator) throws -> Void
) -> ExitStatus {
    do {
        // A rank that refuses its command line ends here, with the others.
        try processes.agree {}
        let statuses = try withHybridRanks(processes, threads: threads) { world in
            if world.rank % threads == 0 { endRanksWithThisOne(world, listener) }
            return outcome(world, listener, body)
        }
        return common(statuses) { report($0, $1, listener, processes) }
    } catch let failure as AgreedFailure {
        return failure.status
    } catch {
        if processes.rank == 0 { report("\(error)", .usage, listener, processes) }
        return .usage
    }
}

/// The status of a process whose ranks have these.
///
/// - Parameter report: told why no rank ran, if one of the threads could not be started.
private func common(
    _ statuses: [Result<ExitStatus, any Error>], report: (String, ExitStatus) -> Void
) -> ExitStatus {
    if case .failure(let error) = statuses.first {
        if (error as? ThreadError)?.isOwn != false { report("\(error)", ExitStatus(of: error)) }
        return ExitStatus(of: error)
    }
    return statuses.map { (try? $0.get()) ?? .internalError }.first { $0 != .done } ?? .done
}

/// Runs `body` and reports its failure: by the rank that has the cause, or by rank 0 where all have the same.
private func outcome(
    _ world: any Communicator, _ listener: FailureListener, _ body: (any Communicator) throws -> Void
) -> ExitStatus {
    do {
        try body(world)
        return .done
    } catch let failure as AgreedFailure {
        if let cause = failure.cause { report("\(cause)", failure.status, listener, world) }
        return failure.status
    } catch let stop as RequestedStop {
        if world.rank == 0 { tell(stop, listener) }
        return stop.exitStatus
    } catch let error as TrainingError {
        if world.rank == 0 { report("\(error)", ExitStatus(of: error), listener, world) }
        return ExitStatus(of: error)
    } catch {
        // The other ranks do not know: they are ended too.
        report("\(error)", ExitStatus(of: error), listener, world)
        fflush(nil)
        world.abort(ExitStatus(of: error).rawValue)
    }
}

/// A network whose shapes do not fit, or that the memory has no room for, ends every rank, for each builds the same: the
/// first tells, and ends the others.
private func endRanksWithThisOne(_ world: any Communicator, _ listener: @escaping FailureListener) {
    // The graph is built, and this called, by a thread that may call MPI.
    nonisolated(unsafe) let world = world
    FatalEnding.handle { sentence, status in
        // Should rank 0's graph fit, contrary to all, it is told by another.
        if world.rank > 0 { sleep(2) }
        report(sentence, ExitStatus(rawValue: status) ?? .internalError, listener, world)
        fflush(nil)
        world.abort(status)
    }
}

/// Tells an error, and where among several processes.
private func report(
    _ error: String, _ status: ExitStatus, _ listener: FailureListener, _ world: (any Communicator)? = nil
) {
    var place = ""
    if let world, world.description.processes > 1 { place = "[rank \(world.rank) \(hostName())] " }
    StandardError.tell("\(place)\(programName): error: \(error)")
    listener(Failure(message: StandardError.readable(error), status: status, rank: world?.rank ?? 0))
}

/// Tells that the run ends because it was asked to, and how to go on.
private func tell(_ stop: RequestedStop, _ listener: FailureListener) {
    if !stop.isQuiet { StandardError.tell("\(programName): \(stop)") }
    listener(Failure(message: "\(stop)", status: stop.exitStatus, rank: 0, stop: stop))
}

/// What the program was called as.
let programName = CommandLine.arguments.first?.split(separator: "/").last ?? "lockstep"

/// What this machine is called.
func hostName() -> String {
    var names = utsname()
    uname(&names)
    return withUnsafeBytes(of: &names.nodename) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
}

private func fail(_ message: String, _ status: ExitStatus, _ listener: FailureListener) -> Never {
    report(message, status, listener)
    end(status)
}

private func end(_ status: ExitStatus) -> Never {
    fflush(nil)
    // A library may wait for a thread of its own that could not be started.
    endAnyway(status, after: 5)
    exit(status.rawValue)
}
