import Collectives
import Samples

extension Trainer {
    /// So many steps in a row are skipped at most: a model that gives no number any more will not give one again.
    public static let mostSkips = 10

    /// Whether a step's update of an objective is left out, since its loss or gradient is no number, or the gradient a spike.
    /// Every rank decides alike, for the sums are the same on all.
    ///
    /// - Throws: where rank 0 cannot write, or the run ends at such a step.
    func skips(_ result: StepResult, objective: Int) throws -> Bool {
        if let status = result.recordingFailure {
            throw AgreedFailure(status: status, rank: 0, cause: recordingFailure)
        }
        let history = state.norms[objective]
        let isSpike = history.isExceeded(by: result.gradientNorm, factor: job.plan.spikeFactor)
        if result.isFinite && !isSpike {
            if job.plan.spikeFactor != nil { state.norms[objective].note(result.gradientNorm) }
            return false
        }
        if job.plan.onNaN == .skip, state.skips.inARow < Self.mostSkips { return true }
        let rest = job.plan.onNaN == .skip ? ", and \(Self.mostSkips) steps before it were skipped" : ""
        throw try diverged(
            at: state.step + 1,
            "the loss is \(words(result.score.loss)), the gradient norm \(words(result.gradientNorm))"
                + (isSpike ? ", against \(history.mean) on average before" : "") + rest)
    }

    /// Makes sure, once a step, that all ranks hold the same parameters and optimizer state.
    ///
    /// - Throws: `TrainingError.replicasDiffer` on every rank.
    func requireSameState() throws {
        guard verifiedStep != state.step else { return }
        try clock.verifying { try verifyReplicas(state, world: job.world) }
        verifiedStep = state.step
    }

    /// Makes sure, on all ranks, that the state may be published: that it is the same everywhere, that its numbers are sound,
    /// and give the first test samples a loss that is one.
    func requireSound() throws {
        try requireSameState()
        guard soundStep != state.step else { return }
        let verdicts = try job.world.allGather([state.isSound ? 1 : 0] as [UInt8])
        if verdicts.contains([0]) {
            throw try diverged(
                at: state.step,
                "parameters or optimizer state have left single precision: the parameters' norm is "
                    + words(state.parameterNorm))
        }
        let probe = FirstSamples(of: job.data.test, atMost: Self.probeSamples)
        try requireSound(loss: try job.evaluator.evaluate(probe))
        soundStep = state.step
    }

    /// Few: whatever makes a loss no number at large makes it none here, and a checkpoint must stay cheap.
    private static let probeSamples = 4

    /// - Throws: `TrainingError.diverged` on every rank unless the loss of test samples is a number.
    func requireSound(loss score: Score) throws {
        guard !score.lossSum.isFinite else { return }
        throw try diverged(at: state.step, "the loss of test samples is \(words(score.loss))")
    }

    /// A number, without the sign that a NaN may have.
    private func words(_ value: Double) -> String { value.isNaN ? "nan" : "\(value)" }

    private func diverged(at step: Int, _ reason: String) throws -> TrainingError {
        let newest = job.world.heartbeat.during(.saving) { recorder.newestStep() }
        return .diverged(
            step: step, reason: reason, checkpoint: try job.world.broadcast(newest, from: 0))
    }
}

/// The first samples of a set.
private struct FirstSamples: SampleSource {
    private let all: any SampleSource
    let count: Int

    init(of all: any SampleSource, atMost count: Int) {
        (self.all, self.count) = (all, min(count, all.count))
    }

    var shape: SampleShape { all.shape }
    func read(_ sample: Int, epoch: Int, into slot: SampleSlot) { all.read(sample, epoch: epoch, into: slot) }
    func prefetch(_ sample: Int) { all.prefetch(sample) }
}
