// One import for programs of their own: every room but the command line's texts, and the mathematics of Float that
// samples are made with.
@_exported import Collectives
@_exported import Commands
@_exported import Datasets
@_exported import Determinism
@_exported import Formats
@_exported import NN
@_exported import Optim
@_exported import Runs
@_exported import Samples
@_exported import TensorEngine
@_exported import Training

@_exported import func Glibc.atan2
@_exported import func Glibc.cos
@_exported import func Glibc.exp
@_exported import func Glibc.log
@_exported import func Glibc.pow
@_exported import func Glibc.sin
@_exported import func Glibc.sqrt

/// Distributed data-parallel training that gives the same bits on any number of processes.
public enum Lockstep {
    /// Joins the other ranks, runs `body`, and ends the process with the status of what became of it: alone, on `threads`
    /// threads, under mpirun or under srun.
    ///
    /// An error that `body` throws is told once, with its place, and every rank ends with its `ExitStatus`. Signals are heard
    /// from now on: SIGTERM, SIGINT, SIGHUP and SIGUSR1 end a training with 75 after a checkpoint, and a program that is not
    /// training at once.
    ///
    /// - Parameters:
    ///   - threads: ranks in this process; under a launcher, in each.
    ///   - body: called once on every rank, each with a world of its own; what ranks share must be `Sendable`.
    public static func run(
        threads: Int = 1, _ body: @escaping @Sendable (_ world: any Communicator) throws -> Void
    ) -> Never {
        startProcess(trains: true)
        let environment = processEnvironment()
        runInWorld(Launcher { environment[$0] }, threads: threads, watchedFor: 60, body)
    }
}
