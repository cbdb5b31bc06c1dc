import Collectives
import Datasets
import Kernels
import NN
import Optim

/// Synchronous data-parallel training: every rank computes its shards' gradients, all add them in one order, and each
/// takes the same optimizer step.
///
/// What happens around the steps (metrics, evaluation, checkpoints) is in `Trainer+Run.swift`.
final class Trainer {
    let job: TrainingJob
    let recorder: any RunRecorder
    let requests: Requests
    var state: TrainingState
    /// A failure of this rank's recorder that the other ranks do not know of yet.
    var recordingFailure: (any Error)?
    var lastEvaluation: (step: Int, Score)?

    private let replica: Replica
    private let shards: Range<Int>
    private let buffers: [GradientBuffer]
    private let reduction: TreeReduction
    private let optimizerState: [Floats]
    let clock = PhaseClock()
    private var order: (epoch: Int, samples: [Int32])?

    init(_ job: TrainingJob, recorder: any RunRecorder, requests: Requests) {
        self.job = job
        self.recorder = recorder
        self.requests = requests
        state = job.state
        replica = job.replica
        optimizerState = job.state.optimizerState.map(\.values.pointer)
        let (count, rank, size) = (job.configuration.shards, job.world.rank, job.world.size)
        shards = ownedShards(count, rank: rank, size: size)
        let layout = job.replica.layout
        buffers = (0..<TreeReduction.bufferCount(shards: count, rank: rank, size: size)).map { _ in
            GradientBuffer(layout: layout)
        }
        reduction = TreeReduction(
            shards: count, count: GradientBuffer.count(layout), buffers: buffers.map(\.storage.pointer),
            world: job.world)
    }

    /// One synchronous step: shard gradients, one ordered sum, the same update everywhere.
    ///
    /// - Throws: `TrainingError.diverged` on every rank if the loss or the gradient is no number; nothing is updated then.
    func step() throws -> StepResult {
        clock.begin()
        let batch = samples(ofStep: state.step)
        let moment = Moment(
            seed: job.configuration.seed, step: state.step, epoch: job.plan.epoch(ofStep: state.step))
        for shard in shards {
            let part = shardRange(shard, of: job.configuration.shards, count: batch.count)
            let samples = batch.dropFirst(part.lowerBound).prefix(part.count)
            let buffer = buffers[reduction.nextBuffer]
            replica.shardGradients(samples, of: job.data.train, at: moment, into: buffer, clock)
            if shard == shards.first { addRequests(to: buffer) }
            reduction.addShard()
            clock.book(.reduction)
        }
        try job.configuration.reduction == .tree ? reduction.reduce() : reduction.reduceUnordered()
        clock.book(.reduction)
        let sum = buffers[0]  // over all shards, the same on every rank
        let result = StepResult(sum, batch: batch.count, learningRate: job.schedule.rate(at: state.step))
        try requireSound(result)
        let scale =
            clippingFactor(norm: result.gradientNorm, limit: job.configuration.clipNorm) / Float(batch.count)
        job.optimizer.update(
            count: replica.layout.count, parameters: state.parameters.pointer,
            gradients: sum.storage.pointer, state: optimizerState, scale: scale,
            learningRate: Float(result.learningRate), step: state.step)
        state.step += 1
        clock.book(.update)
        return result
    }

    /// The samples of a step's batch, in the epoch's order.
    func samples(ofStep step: Int) -> ArraySlice<Int32> {
        let epoch = job.plan.epoch(ofStep: step)
        if order?.epoch != epoch {
            let order = SampleOrder(count: job.plan.samples, seed: job.configuration.seed, epoch: epoch)
            self.order = (epoch, order.indices)
        }
        return order?.samples[job.plan.positions(ofStep: step)] ?? []
    }
}
