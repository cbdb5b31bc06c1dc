/// What the environment says about who started this process.
public struct Launcher: Equatable, Sendable {
    /// The variable that gave it away, such as `OMPI_COMM_WORLD_SIZE`.
    public let variable: String
    /// The number of ranks the launcher says it started, where it says so.
    public let size: Int?
    /// This process's number among them, where it says so.
    public let rank: Int?

    /// The launcher that started this process, or nil for a process that was started alone.
    ///
    /// Open MPI's mpirun, MPICH's (Hydra), PMIx, and `srun` steps are recognised.
    public init?(environment: (String) -> String?) {
        let counts = ["OMPI_COMM_WORLD_SIZE", "PMI_SIZE", "SLURM_STEP_NUM_TASKS"]
        let ranks = ["OMPI_COMM_WORLD_RANK", "PMIX_RANK", "PMI_RANK"]
        rank = ranks.compactMap { environment($0).flatMap { Int($0) } }.first
        if let variable = counts.first(where: { environment($0) != nil }) {
            let size = environment(variable).flatMap { Int($0) }
            // A batch script's own step has one task; it is no parallel launch.
            if variable == "SLURM_STEP_NUM_TASKS", size == 1, environment("PMIX_RANK") == nil { return nil }
            self.variable = variable
            self.size = size
        } else if let variable = ranks.first(where: { environment($0) != nil }) {
            self.variable = variable
            size = nil
        } else {
            return nil
        }
    }

    /// Why a world of `worldSize` ranks is not what the launcher started, or nil if it is.
    public func mismatch(worldSize: Int) -> String? {
        guard let size, size != worldSize else { return nil }
        return """
            the launcher started \(size) processes (\(variable)=\(size)) but MPI sees \(worldSize): this launcher \
            belongs to another MPI than the Open MPI this program uses; start it with Open MPI's mpirun, or with \
            srun --mpi=pmix
            """
    }
}
