import Collectives

extension Trainer {
    /// Trains to the end of the run, then publishes the model.
    ///
    /// - Throws: `TrainingError` on every rank alike, or `AgreedFailure` when a rank failed and all know.
    public func run() throws {
        try verifyReplicas(state, world: job.world)
        recorder.begin(job)
        while state.step < job.totalSteps {
            try conclude(try step())
        }
        try finish()
    }

    /// What follows a step: metrics, evaluation, verification, checkpoint, in this order.
    private func conclude(_ result: StepResult) throws {
        let plan = job.plan
        state.window += result.score
        recorder.progress(state, result)
        if state.step % plan.logEvery == 0 {
            note { try recorder.recordTraining(state, result) }
            state.window.clear()
        }
        if isDue(plan.evalEvery) { try evaluate(recording: true) }
        if state.step % plan.verifyEvery == 0 { try verifyReplicas(state, world: job.world) }
        let stopping = result.stopRequested && state.step < job.totalSteps
        if isDue(plan.checkpointEvery) || result.saveRequested || stopping { try checkpoint() }
        if stopping { throw TrainingError.stopped(step: state.step, of: job.totalSteps) }
    }

    /// The last checkpoint and evaluation, where the cadence did not bring them, and the model.
    ///
    /// The checkpoint comes first: a run that is later continued cuts the extra evaluation off its metrics.
    private func finish() throws {
        if !isDue(job.plan.checkpointEvery) { try checkpoint() }
        let evaluation = try evaluate(recording: !isDue(job.plan.evalEvery))
        try verifyReplicas(state, world: job.world)
        try job.world.agree {
            if let recordingFailure { throw recordingFailure }
            try recorder.finish(state, evaluation)
        }
    }

    /// Whether a thing done every `cadence` steps (nil: at the end of each epoch) is due after the present step.
    private func isDue(_ cadence: Int?) -> Bool {
        state.step > 0 && state.step % (cadence ?? job.batches.stepsPerEpoch) == 0
    }

    @discardableResult
    private func evaluate(recording: Bool) throws -> Score {
        if let (step, evaluation) = lastEvaluation, step == state.step { return evaluation }
        let evaluation = try job.evaluator.evaluate(job.data.test)
        lastEvaluation = (state.step, evaluation)
        if recording { note { try recorder.recordEvaluation(state, evaluation) } }
        return evaluation
    }

    private func checkpoint() throws {
        try job.world.agree {
            if let recordingFailure { throw recordingFailure }
            try recorder.save(state)
        }
    }

    /// Keeps a failure of this rank's recorder until the next message tells all ranks.
    private func note(_ record: () throws -> Void) {
        guard recordingFailure == nil else { return }
        do { try record() } catch { recordingFailure = error }
    }

    /// Puts this rank's requests beside its first shard's gradients.
    func addRequests(to buffer: GradientBuffer) {
        buffer[.stopRequests] = requests.stop() ? 1 : 0
        buffer[.saveRequests] = requests.takeSave() ? 1 : 0
        buffer[.failure] = recordingFailure.map { Float(ExitStatus(of: $0).rawValue) } ?? 0
    }

    /// Stops every rank at this step if rank 0 cannot write, or if the numbers are none.
    func requireSound(_ result: StepResult) throws {
        if let status = result.recordingFailure {
            throw AgreedFailure(status: status, rank: 0, cause: recordingFailure)
        }
        guard result.score.lossSum.isFinite && result.gradientNorm.isFinite else {
            throw TrainingError.diverged(
                step: state.step + 1, loss: result.score.loss, gradientNorm: result.gradientNorm)
        }
    }
}
