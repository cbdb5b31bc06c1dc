import Collectives
import CommunicatorContract
import Foundation
import Runs
import TensorEngine

/// Checks the communicators' contract on the ranks that mpirun started: silent, with status 0, if it holds.
///
/// A rank that finds a clause broken says so on stderr and ends all with 1. The first argument says how many ranks to
/// expect, the second how many of them are threads of one process (1).
///
/// With `misfit` instead it builds a network that does not fit, as a program of one's own might.
@main
struct MPIContract {
    static func main() throws {
        if CommandLine.arguments.dropFirst().first == "misfit" {
            let environment = ProcessInfo.processInfo.environment
            runInWorld(Launcher { environment[$0] }) { _ in
                _ = linear(
                    Tensor(zeros: [16, 2]), weight: Tensor(zeros: [8, 3]), bias: Tensor(zeros: [8]))
            }
        }
        let numbers = CommandLine.arguments.dropFirst().map { Int($0) ?? 0 }
        let threads = numbers.count > 1 ? numbers[1] : 1
        let processes = try MPICommunicator(threads: threads)
        if threads == 1 {
            check(processes, ranks: numbers.first)
        } else {
            let ended = try withHybridRanks(processes, threads: threads) { check($0, ranks: numbers.first) }
            for rank in ended { try rank.get() }
        }
        processes.finish()
    }

    private static func check(_ world: any Communicator, ranks: Int?) {
        if let ranks, ranks != world.size { fail(world, "expected \(ranks) ranks") }
        for clause in communicatorContract {
            do { try clause.check(world) } catch { fail(world, "\(clause): \(error)") }
        }
    }

    /// mpirun ends the others, too.
    private static func fail(_ world: any Communicator, _ message: String) -> Never {
        let line = "mpi-contract: rank \(world.rank) of \(world.size): \(message)\n"
        FileHandle.standardError.write(Data(line.utf8))
        exit(1)
    }
}
