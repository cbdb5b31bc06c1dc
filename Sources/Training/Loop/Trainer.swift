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
    /// The last steps after which the state was found sound, and the same on all ranks.
    var soundStep, verifiedStep: Int?
    /// What rank 0 has to heed.
    let limit: TimeLimit?
    let callbacks: Callbacks
    /// Whether this rank's program wants the run to end.
    var wantsEnd = false

    private let replica: Replica
    private let learners: [Learner]
    public let clock: PhaseClock
    private var order: (epoch: Int, samples: [Int32])?

    /// - Throws: `CommunicatorError` if the reduction's messages cannot be set up.
    public init(
        _ job: TrainingJob, recorder: any RunRecorder, requests: Requests, callbacks: Callbacks = Callbacks()
    ) throws {
        self.job = job
        self.callbacks = callbacks
        self.recorder = recorder
        self.requests = requests
        state = job.state
        let end = job.world.rank == 0 ? job.plan.end : nil
        limit = end.map { [bytes = state.bytes] in TimeLimit(end: $0, stateBytes: bytes) }
        replica = job.replica
        let clock = PhaseClock(heartbeat: job.world.heartbeat)
        self.clock = clock
        learners = try job.objectives.indices.map { try Learner($0, job, clock: clock) }
    }

    /// Whether the run was stopped, or is about to be, for its time is nearly over; known to rank 0 alone.
    public var ranOutOfTime: Bool { limit?.hasCome ?? false }

    /// One synchronous step: for each objective the gradients of this rank's shards, one ordered sum, and the same update
    /// everywhere.
    ///
    /// - Throws: `TrainingError.diverged` on every rank if a loss or a gradient is no number, unless such steps are skipped;
    ///   its objective is not updated.
    public func step() throws -> StepResult { try flushingSubnormals { try takeStep() } }

    private func takeStep() throws -> StepResult {
        job.world.heartbeat.enter(step: state.step + 1)
        clock.begin()
        let batch = samples(ofStep: state.step)
        let moment = Moment(
            seed: job.plan.seed, step: state.step, epoch: job.batches.epoch(ofStep: state.step))
        var result: StepResult?
        for learner in learners {
            let isFirst = learner.index == 0
            let sum = try learner.reducer.sum(ofBatch: batch.count, first: isFirst ? addRequests : { _ in }) {
                group, target in
                replica.train(learner.index, into: target)
                return replica.forward(
                    learner.index,
                    batch.dropFirst(group.samples.lowerBound).prefix(group.samples.count),
                    shards: group.shards, of: job.data.train, at: moment, clock: clock)
            }
            learner.optimizer.clearFrozen(sum.storage.pointer)
            let learningRate = job.rate(learner.objective.schedule, at: state.step)
            let own = StepResult(sum, batch: batch.count, learningRate: learningRate)
            if isFirst { result = own } else { result?.others.append((learner.objective.name, own)) }
            if try skips(own, objective: learner.index) {
                result?.isSkipped = true
                continue
            }
            let scale =
                clippingFactor(norm: own.gradientNorm, limit: job.plan.clipNorm) / Float(batch.count)
            learner.optimizer.update(
                parameters: learner.parameters, gradients: sum.storage.pointer, state: learner.optimizerState,
                scale: scale, learningRate: learningRate, step: state.step)
            replica.parametersChanged()
        }
        state.step += 1
        state.skips.note(result!.isSkipped)
        clock.book(.update)
        return result!
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
