import BLAS
import Collectives
import Training

extension TrainingJob {
    /// - Parameter checkpoint: what rank 0 goes on from; the other ranks receive it.
    /// - Throws: `TrainingError`, or `AgreedFailure` if a rank cannot read its data or the checkpoint does not fit.
    init(_ configuration: Configuration, world: any Communicator, checkpoint: Checkpoint?) throws {
        try self.init(
            configuration.plan, world: world, loadData: configuration.loadData,
            makeObjectives: {
                [
                    Objective(
                        try configuration.makeModel(for: $0.shape), by: try configuration.makeOptimizer(),
                        groups: configuration.parameterGroups,
                        at: try configuration.makeSchedule(totalSteps: $1))
                ]
            }, metrics: configuration.catalog.metrics, checkpoint: checkpoint)
    }

    /// What a run says of itself when it begins.
    func banner(_ profile: RunProfile) -> [String] {
        let layout = replica.layout
        var lines = [
            "\(profile.name): \(layout.parameterCount) parameters; "
                + "\(data.train.count) + \(data.test.count) samples of \(data.train.shape); \(totalSteps) steps of "
                + "\(plan.globalBatch) samples in \(plan.shards) shards on "
                + "\(world.description)"
        ]
        if plan.reduction == .mpi {
            lines.append(
                "reduction mpi: gradients are added by MPI_Allreduce, so this run's bits depend on the number "
                    + "of processes")
        }
        if plan.products == .openblas {
            lines.append(
                "products openblas: matrix products are OpenBLAS's, so this run's bits depend on the CPU's "
                    + "model (\(OpenBLAS.shared?.description ?? ""))")
        }
        return lines
    }
}
