import Collectives
import Glibc
import Kernels
import TensorEngine
import Training

/// Joins the world the launcher started, or makes one of `threads` threads, runs `body` in it, and ends the
/// process with its status.
public func runInWorld(
    _ launcher: Launcher?, threads: Int = 1, _ body: @escaping @Sendable (any Communicator) throws -> Void
) -> Never {
    if let reason = CPU.unsuitability { fail("trainer: error: \(reason)", .environment) }
    signal(SIGXFSZ, SIG_IGN)  // a file size limit then fails the write, like a full disk, and is told
    guard let launcher else {
        if threads == 1 { end(outcome(LocalCommunicator(), body)) }
        let statuses = withThreadRanks(threads) { outcome($0, body) }.map {
            (try? $0.get()) ?? .internalError
        }
        end(statuses.first { $0 != .done } ?? .done)
    }
    guard threads == 1 else {
        fail(
            "trainer: error: --threads is for a run without mpirun: start more ranks instead, or leave it out",
            .usage)
    }
    let world: MPICommunicator
    do throws(CommunicatorError) {
        world = try MPICommunicator()
    } catch {
        fail("trainer: error: \(error)", .environment)
    }
    endRanksOnShapeMismatch(world)
    if let reason = launcher.mismatch(worldSize: world.size) {
        StandardError.write("trainer: error: \(reason)\n")
        world.finish()
        end(.environment)
    }
    let status = outcome(world, body)
    world.finish()
    end(status)
}

/// Runs `body` and reports its failure: by the rank that has the cause, or by rank 0 where all have the same.
private func outcome(_ world: any Communicator, _ body: (any Communicator) throws -> Void) -> ExitStatus {
    do {
        try body(world)
        return .done
    } catch let failure as AgreedFailure {
        if let cause = failure.cause { report(cause, world) }
        return failure.status
    } catch let error as TrainingError {
        if world.rank == 0 { report(error, world) }
        return ExitStatus(of: error)
    } catch {
        // The other ranks do not know: they are ended too.
        report(error, world)
        if let world = world as? MPICommunicator { world.abort(ExitStatus(of: error).rawValue) }
        return ExitStatus(of: error)
    }
}

/// A network whose shapes do not fit ends every rank, for each builds the same: the first tells, and ends the others.
private func endRanksOnShapeMismatch(_ world: MPICommunicator) {
    // The graph is built, and this called, by the thread that joined the world: the one that may call MPI.
    nonisolated(unsafe) let world = world
    ShapeMismatch.end { sentence in
        // Should rank 0's graph fit, contrary to all, it is told by another.
        if world.rank > 0 { sleep(2) }
        report(sentence, world)
        world.abort(ShapeMismatch.exitStatus)
    }
}

private func report(_ error: any Error, _ world: any Communicator) { report("\(error)", world) }

private func report(_ error: String, _ world: any Communicator) {
    let place = world.size > 1 ? "[rank \(world.rank) \(hostName())] " : ""
    StandardError.write("\(place)trainer: error: \(error)\n")
}

private func hostName() -> String {
    var names = utsname()
    uname(&names)
    return withUnsafeBytes(of: &names.nodename) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
}

private func fail(_ message: String, _ status: ExitStatus) -> Never {
    StandardError.write(message + "\n")
    end(status)
}

private func end(_ status: ExitStatus) -> Never {
    fflush(nil)
    exit(status.rawValue)
}
