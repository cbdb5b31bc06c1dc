import Collectives
import Testing

@Suite struct LauncherTests {
    @Test(
        arguments: [
            (
                ["OMPI_COMM_WORLD_SIZE": "4", "OMPI_COMM_WORLD_RANK": "1", "PMIX_RANK": "1"],
                "OMPI_COMM_WORLD_SIZE", 4
            ),
            (["OMPI_COMM_WORLD_SIZE": "1", "OMPI_COMM_WORLD_RANK": "0"], "OMPI_COMM_WORLD_SIZE", 1),
            (["PMIX_RANK": "0", "PMIX_NAMESPACE": "job"], "PMIX_RANK", nil),
            (["PMI_SIZE": "3", "PMI_RANK": "2"], "PMI_SIZE", 3),
            (["PMI_RANK": "0"], "PMI_RANK", nil),
            (["SLURM_STEP_NUM_TASKS": "8", "SLURM_PROCID": "0"], "SLURM_STEP_NUM_TASKS", 8),
            (["SLURM_STEP_NUM_TASKS": "1", "PMIX_RANK": "0"], "SLURM_STEP_NUM_TASKS", 1),
            // mpirun inside a batch script: the script's own step has one task.
            (["OMPI_COMM_WORLD_SIZE": "4", "SLURM_STEP_NUM_TASKS": "1"], "OMPI_COMM_WORLD_SIZE", 4),
            (["OMPI_COMM_WORLD_SIZE": "many"], "OMPI_COMM_WORLD_SIZE", nil),
        ] as [([String: String], String, Int?)])
    func isRecognised(environment: [String: String], variable: String, size: Int?) throws {
        let launcher = try #require(Launcher { environment[$0] })
        #expect(launcher.variable == variable)
        #expect(launcher.size == size)
    }

    @Test(
        arguments: [
            [:], ["SLURM_JOB_ID": "7", "SLURM_STEP_NUM_TASKS": "1"],
            ["SLURM_JOB_ID": "7", "SLURM_NTASKS": "4"],
        ] as [[String: String]])
    func aProcessStartedAloneHasNone(environment: [String: String]) {
        #expect(Launcher { environment[$0] } == nil)
    }

    @Test func everyProcessRankZeroOfOneIsAMismatch() throws {
        let hydra = try #require(Launcher { ["PMI_SIZE": "4"][$0] })
        let message = try #require(hydra.mismatch(worldSize: 1))
        for words in [
            "started 4 processes", "PMI_SIZE=4", "MPI sees 1", "Open MPI's mpirun", "srun --mpi=pmix",
        ] {
            #expect(message.contains(words))
        }
        #expect(hydra.mismatch(worldSize: 4) == nil)
        let silent = try #require(Launcher { ["PMIX_RANK": "0"][$0] })
        #expect(silent.mismatch(worldSize: 7) == nil, "it did not say how many it started")
    }
}
