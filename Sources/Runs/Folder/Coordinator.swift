import Formats
import Training

/// Rank 0's recorder: the only writer of the run folder.
final class Coordinator: RunRecorder {
    private let job: TrainingJob
    private let profile: RunProfile
    private let folder: RunFolder
    /// Held as long as the run writes.
    private let lock: RunLock
    private let status: StatusFile
    private let display: any ProgressReporter
    private let clock: Clock
    private let metrics: AppendOnlyFile
    /// Of all that is in it.
    private var metricsHash = SHA256()
    private let timing: AppendOnlyFile
    private let output: (String) -> Void
    private let warn: (String) -> Void
    private let writer: CheckpointWriter
    /// Nil where the best is not kept.
    private let best: BestEvaluations?
    private var savedStep: Int?
    /// Why the last checkpoint could not be written, as long as nobody was told.
    private var untold: (any Error)?
    private(set) var secondsToSave = 0.0
    /// Where the time of the rank's thread goes, once it trains.
    private var phases: PhaseClock?
    private var lastTiming: (seconds: Double, samples: Int, thread: Double, saving: Double, verifying: Double)
    private let start: (seconds: Double, step: Int, samples: Int)

    /// - Parameters:
    ///   - profile: its folder is made, or rewound to the checkpoint that is resumed.
    ///   - status: tells that the run has begun.
    ///   - warn: takes a warning.
    ///   - output: takes what is for stdout: the result, or events.
    init(
        _ job: TrainingJob, _ profile: RunProfile, lock: RunLock, status: StatusFile,
        display: any ProgressReporter, clock: Clock, warn: @escaping (String) -> Void,
        output: @escaping (String) -> Void
    ) throws {
        (self.lock, self.status) = (lock, status)
        self.job = job
        self.profile = profile
        folder = profile.folder
        self.display = display
        self.clock = clock
        (self.warn, self.output) = (warn, output)
        writer = CheckpointWriter(clock)
        best = profile.keepBest ? try BestEvaluations(of: folder) : nil
        savedStep = job.state.step > 0 ? job.state.step : nil
        metrics = try AppendOnlyFile(path: folder.metrics)
        metricsHash.update(try Files.read(folder.metrics))
        timing = try AppendOnlyFile(path: folder.timing)
        start = (
            clock.monotonicSeconds(), job.state.step, job.batches.samplesSeen(after: job.state.step)
        )
        lastTiming = (start.seconds, start.samples, 0, 0, 0)
    }

    deinit { writer.stop() }  // while the lock is held still

    func begin(_ job: TrainingJob, clock: PhaseClock) {
        phases = clock
        lastTiming.thread = clock.threadSeconds
        (lastTiming.saving, lastTiming.verifying) = (
            clock.threadSecondsOfSaving, clock.threadSecondsOfVerifying
        )
        job.banner(profile).forEach(tell)
        if job.state.step >= job.totalSteps {
            tell(
                "nothing is left to train: the run has taken \(job.state.step) steps, and is asked for "
                    + "\(job.totalSteps)")
        } else if job.state.step > 0 {
            tell("resumed at step \(job.state.step) of \(job.totalSteps)")
        }
        profile.resumption?.lines.forEach(tell)
        let changes = profile.resumption?.changes ?? []
        let changed: [(String, JSON)] =
            changes.isEmpty ? [] : [("changes", .array(changes.map { .object($0.json) }))]
        emit(.start, job.facts(profile) + [("step", .integer(job.state.step))] + changed)
    }

    private func tell(_ line: String) {
        if !profile.isQuiet { display.line(line) }
    }

    private func emit(_ event: Event, _ members: [(String, JSON)]) {
        if profile.printsEvents { output(event.line(members)) }
    }

    func progress(_ state: TrainingState, _ result: StepResult) throws {
        display.update(
            ProgressSnapshot(
                epoch: epoch(state), epochs: job.plan.epochs, step: state.step,
                totalSteps: job.totalSteps, samples: job.batches.samplesSeen(after: state.step),
                loss: state.window.loss, accuracy: state.window.accuracy,
                endsEpoch: state.step % job.batches.stepsPerEpoch == 0))
        if result.isSkipped {
            tell(
                "step \(state.step) is skipped: the loss is \(result.score.loss), the gradient norm "
                    + "\(result.gradientNorm) (\(state.skips.total) skipped since the run began)")
        }
        try hear(waiting: false)
    }

    func recordTraining(_ state: TrainingState, _ result: StepResult) throws {
        // Where every step of the window was skipped, there is nothing to tell.
        var members = state.window.samples > 0 ? state.window.members : [("loss", .null)]
        members += [("lr", .number(result.learningRate)), ("grad_norm", .number(result.gradientNorm))]
        for (name, other) in result.others {  // of the last step alone
            members += [
                ("\(name)_loss", .number(other.score.loss)), ("\(name)_lr", .number(other.learningRate)),
                ("\(name)_grad_norm", .number(other.gradientNorm)),
            ]
        }
        if job.plan.onNaN == .skip { members.append(("skipped_steps", .integer(state.skips.total))) }
        try record(.train, state, members)
    }

    func recordEvaluation(_ state: TrainingState, _ score: Score) throws {
        try record(.eval, state, score.members + [("state_sha256", .string(state.digest.hexadecimal))])
        best?.note(step: state.step, accuracy: score.accuracy, loss: score.loss)
        tell(
            "epoch \(epoch(state)) of \(job.plan.epochs), step \(state.step): test \(score.summary)")
    }

    func isBest(at step: Int) -> Bool { best?.isBest(step) ?? false }

    func save(_ state: TrainingState) throws {
        try settle()
        let (metrics, status, store, best) = (metrics, status, folder.checkpoints, best)
        let (length, metricsDigest) = (try metrics.length, metricsHash.snapshot().hexadecimal)
        let (settings, runID) = (JSON.object(profile.settings).text, profile.runID)
        let (sample, digest) = (job.data.train.shape, job.data.digest)
        let own = CheckpointFolder(store, keepLast: profile.keepLast, best: best)
        let sinks = profile.sinks
        writer.save(state) { state in
            try metrics.synchronize()
            try state.requireRoomToEncode()
            let bytes = Checkpoint.encode(
                state, settings: settings, sample: sample, dataDigest: digest, metricsLength: length,
                metricsDigest: metricsDigest, runID: runID)
            try own.save(bytes, step: state.step)
            try status.saved(step: state.step, best: best?.step(where: store.holds(step:)))
            for sink in sinks { try sink.save(bytes, step: state.step) }
        }
        try hear(waiting: false)
    }

    func settle() throws { try hear(waiting: true) }

    func newestStep() -> Int? {
        do { try settle() } catch { untold = error }
        return savedStep
    }

    /// Takes note of what came of the last checkpoint, once that is known.
    private func hear(waiting: Bool) throws {
        if let untold {
            self.untold = nil
            throw untold
        }
        guard let outcome = writer.outcome(waiting: waiting) else { return }
        let step = outcome.step
        secondsToSave = outcome.seconds
        if folder.checkpoints.holds(step: step) {
            savedStep = step
        } else {
            best?.forget(step: step)
        }
        guard let failure = outcome.failure else {
            return emit(
                .checkpoint,
                [("step", .integer(step)), ("file", .string(folder.checkpoints.path(step: step)))])
        }
        guard profile.checkpointErrors == .warn else { throw failure }
        let newest = savedStep.map { "the newest is of step \($0)" } ?? "there is none yet"
        warn("the checkpoint of step \(step) is not saved, \(newest): \(failure)")
    }

    func finish(_ state: TrainingState, _ score: Score) throws {
        try settle()
        writer.stop()
        try metrics.synchronize()
        try timing.synchronize()
        try state.requireRoomToEncode()
        let model = ModelFile.encode(state, profile, sample: job.data.train.shape)
        try Files.requireSpace(for: model.count, at: folder.model, free: Files.freeSpace(folder.path))
        try Files.publish(folder.model, model)
        let certificate = try Certificate(of: folder, data: job.data.digest)
        try Files.publish(folder.certificate, Array(certificate.json.prettyText.utf8))
        let bestStep = best?.step(where: folder.checkpoints.holds(step:))
        let stateHash = state.digest.hexadecimal
        try status.done(
            step: state.step, best: bestStep, stateHash: stateHash, modelHash: SHA256.hex(of: model))
        display.finish()
        let seconds = clock.monotonicSeconds() - start.seconds
        let samples = job.batches.samplesSeen(after: state.step) - start.samples
        if profile.printsEvents {
            let tail: [(String, JSON)] = [
                ("seconds", .number(seconds)), ("images_per_second", .number(Double(samples) / seconds)),
                ("run_dir", .string(folder.path)), ("model_file", .string(folder.model)),
                ("state_sha256", .string(stateHash)),
            ]
            emit(.done, [("step", .integer(state.step))] + score.members + tail)
        } else if !profile.isQuiet {
            let steps = state.step - start.step
            let rate = steps > 0 ? ", \(NumberText.fixed(Double(samples) / seconds, 0)) images/s" : ""
            let total = start.step > 0 ? "; \(state.step) since the run began" : ""
            let best = bestStep.map { "\nbest         \(folder.checkpoints.path(step: $0))" } ?? ""
            output(
                """
                trained      \(steps) steps in \(NumberText.fixed(seconds, 1)) s\(rate)\(total)
                test         \(score.summary)
                run folder   \(folder.path)
                model file   \(folder.model)\(best)
                """)
        }
    }

    func fail(_ error: any Error, at step: Int) {
        do { try settle() } catch let failure { warn("\(failure)") }
        writer.stop()
        status.ended(error, step: step)
    }

    /// Writes a line of metrics: reproducible values only, so that it is the same at every world size; and one of
    /// timing.
    private func record(_ event: Event, _ state: TrainingState, _ values: [(String, JSON)]) throws {
        let head: [(String, JSON)] = [
            ("step", .integer(state.step)), ("epoch", .integer(epoch(state))),
            ("samples", .integer(job.batches.samplesSeen(after: state.step))),
        ]
        let kind: [(String, JSON)] = [("kind", .string(event.rawValue))]
        let line = JSON.object(JSONObject(kind + head + values)).text
        try metrics.append(line: line)
        metricsHash.update(Array((line + "\n").utf8))
        try recordTiming(event.rawValue, state, of: line)
        emit(event, head + values)
    }

    /// - Parameter line: that of metrics, whose hash tells later which line is not what was written.
    private func recordTiming(_ kind: String, _ state: TrainingState, of line: String) throws {
        let now = (
            seconds: clock.monotonicSeconds(), samples: job.batches.samplesSeen(after: state.step),
            thread: phases?.threadSeconds ?? 0, saving: phases?.threadSecondsOfSaving ?? 0,
            verifying: phases?.threadSecondsOfVerifying ?? 0
        )
        let elapsed = now.seconds - lastTiming.seconds
        try timing.append(
            line: JSON.object([
                "kind": .string(kind), "step": .integer(state.step), "time": .string(clock.utc()),
                "seconds": .number(elapsed),
                "images_per_second": .number(Double(now.samples - lastTiming.samples) / max(elapsed, 1e-9)),
                "cpu_seconds": .number(now.thread - lastTiming.thread),
                "saving_cpu_seconds": .number(now.saving - lastTiming.saving),
                "verifying_cpu_seconds": .number(now.verifying - lastTiming.verifying),
                "ranks": .integer(job.world.size),
                LogRepair.lineHash: .string(SHA256.hex(of: Array(line.utf8))),
            ]).text)
        lastTiming = now
    }

    /// The epoch, from 1, that the last step belongs to.
    private func epoch(_ state: TrainingState) -> Int {
        job.batches.epoch(ofStep: max(state.step, 1) - 1) + 1
    }
}
