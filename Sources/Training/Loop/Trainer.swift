import Collectives
import Determinism
import Kernels
import NN
import Optim
import Samples

/// Synchronous data-parallel training: every rank computes its shards' gradients, all add them in one order, and each
/// takes the same optimizer step.
///
/// What happens around the steps (metrics, evaluation, checkpoints) is in `Trainer+Run.swift`.
public final class Trainer {
    public let job: TrainingJob
    let recorder: any RunRecorder
    let requests: Requests
    public var state: TrainingState
    /// A failure of this rank's recorder that the other ranks do not know of yet.
    var recordingFailure: (any Error)?
    var lastEvaluation: (step: Int, Score)?

    private let replica: Replica
    private let reducer: GradientReducer
    private let optimizerState: [Floats]
    public let clock = PhaseClock()
    private var order: (epoch: Int, samples: [Int32])?

    /// - Throws: `CommunicatorError` if the reduction's messages cannot be set up.
    public init(_ job: TrainingJob, recorder: any RunRecorder, requests: Requests) throws {
        self.job = job
        self.recorder = recorder
        self.requests = requests
        state = job.state
        replica = job.replica
        optimizerState = job.state.optimizerState.map(\.values.pointer)
        let plan = job.plan
        let cut = BatchCut(shards: plan.shards, samples: plan.globalBatch)
        reducer = try GradientReducer(
            replica.layout, replica.metrics, cut: cut,
            atOnce: replica.leavesAtOnce(cut.leaves, ofBatch: plan.globalBatch, of: job.data.train),
            bucketSize: plan.bucketSize, world: job.world, ordered: plan.reduction == .tree, clock: clock)
    }

    /// One synchronous step: the gradients of this rank's shards, one ordered sum, the same update everywhere.
    ///
    /// - Throws: `TrainingError.diverged` on every rank if the loss or the gradient is no number; nothing is updated then.
    public func step() throws -> StepResult {
        clock.begin()
        let batch = samples(ofStep: state.step)
        let moment = Moment(
            seed: job.plan.seed, step: state.step, epoch: job.batches.epoch(ofStep: state.step))
        for (index, group) in reducer.groups(ofBatch: batch.count).enumerated() {
            let buffer = reducer.nextBuffer
            buffer.clearTally()
            if index == 0 { addRequests(to: buffer) }
            replica.gradients(
                of: batch.dropFirst(group.samples.lowerBound).prefix(group.samples.count),
                shards: group.shards, of: job.data.train, at: moment, into: buffer, clock, reducer)
        }
        let sum = try reducer.reduce()  // the one distributed line
        job.optimizer.clearFrozen(sum.storage.pointer)
        let learningRate = job.schedule.rate(at: state.step, of: job.scheduleSteps)
        let result = StepResult(sum, batch: batch.count, learningRate: learningRate)
        try requireSound(result)
        let scale =
            clippingFactor(norm: result.gradientNorm, limit: job.plan.clipNorm) / Float(batch.count)
        job.optimizer.update(
            parameters: state.parameters.pointer, gradients: sum.storage.pointer, state: optimizerState,
            scale: scale, learningRate: learningRate, step: state.step)
        replica.parametersChanged()
        state.step += 1
        clock.book(.update)
        return result
    }

    /// The samples of a step's batch, in the epoch's order.
    public func samples(ofStep step: Int) -> ArraySlice<Int32> {
        let epoch = job.batches.epoch(ofStep: step)
        if order?.epoch != epoch {
            let order = SampleOrder(count: job.batches.samples, seed: job.plan.seed, epoch: epoch)
            self.order = (epoch, order.indices)
        }
        return order?.samples[job.batches.positions(ofStep: step)] ?? []
    }
}
