import Determinism
import Kernels
import Optim

/// What a rank needs to take its part in an objective's steps.
struct Learner {
    /// The objective's place among all.
    let index: Int
    let objective: Objective
    let reducer: GradientReducer
    let optimizer: GroupedOptimizer
    /// Those of the objective.
    let parameters: Floats
    let optimizerState: [Floats]

    /// - Parameter clock: gets the time of backward passes and of the reduction.
    /// - Throws: `CommunicatorError` if the reduction's messages cannot be set up.
    init(_ index: Int, _ job: TrainingJob, clock: PhaseClock) throws {
        let (plan, part) = (job.plan, job.replica.parts[index])
        let cut = BatchCut(shards: plan.shards, samples: plan.globalBatch)
        self.index = index
        objective = job.objectives[index]
        optimizer = job.optimizers[index]
        parameters = job.state.parameters.pointer + part.range.lowerBound
        optimizerState = job.state.optimizerState.filter { $0.part == index }.map(\.values.pointer)
        reducer = try GradientReducer(
            part.layout, job.replica.metrics, cut: cut,
            atOnce: job.replica.leavesAtOnce(
                cut.leaves, ofBatch: plan.globalBatch, of: job.data.train, part: index),
            bucketSize: plan.bucketSize, world: job.world, ordered: plan.reduction == .tree, clock: clock)
    }
}
