import Collectives
import CommunicatorContract
import Foundation

/// Checks the communicators' contract on the ranks that mpirun started: silent, with status 0, if it holds.
///
/// A rank that finds a clause broken says so on stderr and ends all with 1. An argument says how many ranks to expect.
@main
struct MPIContract {
    static func main() throws {
        let world = try MPICommunicator()
        if let expected = CommandLine.arguments.dropFirst().first, expected != "\(world.size)" {
            fail(world, "expected \(expected) ranks")
        }
        for clause in communicatorContract {
            do { try clause.check(world) } catch { fail(world, "\(clause): \(error)") }
        }
        world.finalize()
    }

    private static func fail(_ world: MPICommunicator, _ message: String) -> Never {
        let line = "mpi-contract: rank \(world.rank) of \(world.size): \(message)\n"
        FileHandle.standardError.write(Data(line.utf8))
        world.abort(1)
    }
}
