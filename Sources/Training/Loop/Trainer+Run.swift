import Collectives

extension Trainer {
    /// Trains to the end of the run, then publishes the model.
    ///
    /// - Throws: `TrainingError` on every rank alike, or `AgreedFailure` when a rank failed and all know.
    @discardableResult
    public func run() throws -> Score {
        let heartbeat = job.world.heartbeat
        heartbeat.allowSilence(seconds: job.plan.timeout)
        heartbeat.enter(step: state.step)
        heartbeat.enter(.training)
        do {
            return try trainToTheEnd()
        } catch {
            heartbeat.during(.saving) { recorder.fail(error, at: state.step) }
            throw error
        }
    }

    private func trainToTheEnd() throws -> Score {
        try requireSameState()
        recorder.begin(job, clock: clock)
        var isOver = state.isEvaluationDue ? try repeatsEvaluation() : false
        if state.step > 0 && isEpochOver { isOver = try endsAfterEpoch() || isOver }
        while !isOver && state.step < job.totalSteps {
            isOver = try conclude(try step())
        }
        return try finish()
    }

    /// Does what a run that was stopped in an evaluation did not come to, and leaves the checkpoint as it would have been.
    ///
    /// - Returns: whether the run ends here.
    private func repeatsEvaluation() throws -> Bool {
        let isBest = try evaluateInTurn()
        state.isEvaluationDue = false
        var isOver = false
        if let afterEvaluation = callbacks.afterEvaluation {
            let report = try report()
            isOver = try job.world.stops { afterEvaluation(report) }
        }
        if isDue(job.plan.checkpointEvery) || isBest { try checkpoint() }
        return isOver
    }

    /// What follows a step: metrics, evaluation, verification, callbacks, checkpoint, in this order.
    ///
    /// - Returns: whether the run ends here, before its last step.
    private func conclude(_ result: StepResult) throws -> Bool {
        let plan = job.plan
        if !result.isSkipped { state.window += result.score }
        note { try recorder.progress(state, result) }
        if state.step % plan.logEvery == 0 {
            note { try recorder.recordTraining(state, result) }
            state.window.clear()
        }
        let isBest = isDue(plan.evalEvery) ? try evaluateInTurn() : false
        if state.step % plan.verifyEvery == 0 { try requireSameState() }
        var isOver = result.endRequested
        if let afterStep = callbacks.afterStep, job.world.rank == 0 {
            wantsEnd = afterStep(StepReport(step: state.step, epoch: epoch, result: result)) == .stop
        }
        if let afterEvaluation = callbacks.afterEvaluation, isDue(plan.evalEvery) {
            let report = try report()
            isOver = try job.world.stops { afterEvaluation(report) } || isOver
        }
        if isEpochOver { isOver = try endsAfterEpoch() || isOver }
        let stopping = result.stopRequested && state.step < job.totalSteps && !isOver
        if isDue(plan.checkpointEvery) || result.saveRequested || isBest || stopping { try checkpoint() }
        if stopping { throw try stopped() }
        return isOver
    }

    /// Epochs begun.
    private var epoch: Int { job.batches.epoch(ofStep: max(state.step, 1) - 1) + 1 }
    private var isEpochOver: Bool { state.step % job.batches.stepsPerEpoch == 0 }

    private func report() throws -> EvaluationReport {
        EvaluationReport(step: state.step, epoch: epoch, test: try evaluate(recording: false))
    }

    private func endsAfterEpoch() throws -> Bool {
        guard let afterEpoch = callbacks.afterEpoch else { return false }
        let report = try report()
        return try job.world.stops { afterEpoch(report) }
    }

    /// The last checkpoint and evaluation, where the cadence did not bring them, and the model.
    ///
    /// The checkpoint comes first: a run that is later continued cuts the extra evaluation off its metrics.
    private func finish() throws -> Score {
        if !isDue(job.plan.checkpointEvery) { try checkpoint() }
        let evaluation = try evaluate(recording: !isDue(job.plan.evalEvery))
        try onDisk {
            if let recordingFailure { throw recordingFailure }
            try recorder.finish(state, evaluation)
        }
        return evaluation
    }

    /// Whether a thing done every `cadence` steps (nil: at the end of each epoch) is due after the present step.
    private func isDue(_ cadence: Int?) -> Bool {
        state.step > 0 && state.step % (cadence ?? job.batches.stepsPerEpoch) == 0
    }

    /// An evaluation that the cadence brings.
    ///
    /// - Returns: whether it is the best so far, and worth a checkpoint of its own.
    private func evaluateInTurn() throws -> Bool {
        try evaluate(recording: true)
        guard job.plan.keepBest else { return false }
        return try job.world.broadcast(recorder.isBest(at: state.step), from: 0)
    }

    @discardableResult
    private func evaluate(recording: Bool) throws -> Score {
        if let (step, evaluation) = lastEvaluation, step == state.step { return evaluation }
        let heartbeat = job.world.heartbeat
        let test = try heartbeat.during(.evaluating) {
            try job.evaluator.evaluate(job.data.test, unless: cutsEvaluation)
        }
        guard let evaluation = test else {
            state.isEvaluationDue = isDue(job.plan.evalEvery) && (recording || state.isEvaluationDue)
            try checkpoint()
            throw try stopped()
        }
        try requireSound(loss: evaluation)
        lastEvaluation = (state.step, evaluation)
        if recording { note { try recorder.recordEvaluation(state, evaluation) } }
        return evaluation
    }

    /// Begins to publish a state that all ranks hold, and that can be gone on from.
    private func checkpoint() throws {
        let seconds = try clock.saving {
            try requireSound()
            try onDisk {
                if let recordingFailure { throw recordingFailure }
                try recorder.save(state)
            }
        }
        limit?.saved(in: seconds + recorder.secondsToSave)
    }

    /// How a run ends that was asked to stop: once its last checkpoint is published.
    private func stopped() throws -> TrainingError {
        try onDisk { try recorder.settle() }
        return .stopped(step: state.step, of: job.totalSteps)
    }

    /// Lets rank 0 wait for a disk, and all ranks know how that went.
    private func onDisk(_ body: () throws -> Void) throws {
        try job.world.heartbeat.during(.saving) { try job.world.agree(body) }
    }

    /// Keeps a failure of this rank's recorder until the next message tells all ranks.
    private func note(_ record: () throws -> Void) {
        guard recordingFailure == nil else { return }
        do { try record() } catch { recordingFailure = error }
    }

    /// Puts this rank's requests beside its first shard's gradients.
    func addRequests(to buffer: GradientBuffer) {
        limit?.steps(took: clock.secondsOfSteps)
        buffer[.stopRequests] = isAskedToStop() ? 1 : 0
        buffer[.endRequests] = wantsEnd ? 1 : 0
        buffer[.saveRequests] = requests.takeSave() ? 1 : 0
        buffer[.failure] = recordingFailure.map { Float(ExitStatus(of: $0).rawValue) } ?? 0
    }

    private func isAskedToStop() -> Bool { requests.stop() || limit?.isNear() ?? false }
    private func cutsEvaluation() -> Bool { requests.cutsEvaluation() || limit?.isNear() ?? false }
}
