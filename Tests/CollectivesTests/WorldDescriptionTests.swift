import Collectives
import Testing

@Suite struct WorldDescriptionTests {
    @Test(
        arguments: [
            (WorldDescription(), "1 process"), (WorldDescription(threadsPerProcess: 3), "3 threads"),
            (WorldDescription(processes: 4, library: "MPI"), "4 processes"),
            (
                WorldDescription(processes: 4, threadsPerProcess: 2, library: "MPI"),
                "4 processes of 2 threads"
            ),
            (
                WorldDescription(processes: 1, threadsPerProcess: 2, library: "MPI"),
                "1 process of 2 threads"
            ),
        ])
    func tellsProcessesAndThreads(description: WorldDescription, text: String) {
        #expect(description.description == text)
    }

    @Test func abortEndsTheProcess() async {
        await #expect(processExitsWith: .exitCode(70)) { LocalCommunicator().abort(70) }
        await #expect(processExitsWith: .exitCode(71)) {
            _ = withThreadRanks(3) { world in
                if world.rank == 1 { world.abort(71) }
                try world.barrier()
            }
        }
    }
}
