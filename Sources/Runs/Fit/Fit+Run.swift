import Collectives
import Datasets
import Determinism
import Formats
import Samples
import TensorEngine
import Training

extension Fit {
    /// Trains to the end, in step with the other ranks; afterwards the model has the trained parameters.
    ///
    /// - Throws: an error whose `ExitStatus(of:)` the process ends with; every rank throws.
    @discardableResult
    public func run(in world: any Communicator) throws -> FitResult {
        world.heartbeat.allowSilence(seconds: timeout)
        world.heartbeat.enter(.starting)
        try world.watchEachOther()
        GoingOn.with(CommandLine.arguments, in: world.description)
        let (start, known) = try world.agree { () -> (RunStart, Int?) in
            guard world.rank == 0 else { return (RunStart(), nil) }
            let start = try findStart()
            return (start, try scheduleEpochs(after: start.checkpoint))
        }
        var plan = plan
        plan.scheduleEpochs = try world.broadcast(known, from: 0)
        let job = try TrainingJob(
            plan, world: world,
            loadData: {
                for source in [train, test] {
                    if let problem = source.shape.problem { throw UsageError("the samples: \(problem)") }
                    guard source.count > 0 else { throw UsageError("the samples: there are none") }
                }
                return TrainingData(
                    train: train, test: test, digest: dataDigest(train: train, test: test))
            },
            makeObjectives: { _, _ in
                objectives ?? model.map { [Objective($0, by: optimizer, groups: groups, at: schedule)] } ?? []
            }, metrics: metrics, checkpoint: start.checkpoint)
        var recorder: any RunRecorder = Worker()
        if let runFolder {
            var profile = profile(job, RunFolder(path: runFolder))
            profile.resumption = start.checkpoint.map { resumption($0, to: profile.settings) }
            let session = RunSession(
                profile: profile, clock: .system, arguments: CommandLine.arguments, warn: Self.warn)
            recorder = try session.makeRecorder(
                job, from: start, resumes: resume == .auto,
                display: { LineReporter(isQuiet: isQuiet) }, output: { _ in })
        }
        var callbacks = Callbacks()
        callbacks.afterStep = afterStep
        callbacks.afterEvaluation = afterEvaluation
        callbacks.afterEpoch = afterEpoch
        let trainer = try Trainer(job, recorder: recorder, requests: .bySignal(), callbacks: callbacks)
        let score: Score
        do {
            score = try trainer.run()
            world.heartbeat.enter(.program)
        } catch TrainingError.stopped(let step, let total) {
            world.heartbeat.enter(.ending)
            // How it goes on is the program's own matter.
            var stop = RequestedStop(
                step: step, totalSteps: total,
                command: RequestedStop.command(CommandLine.arguments, in: world.description)
                    + (resume == .auto ? "" : ", with resume = .auto"),
                isQuiet: isQuiet)
            if world.rank == 0, runFolder != nil {
                stop.remark = RequestedStop.remark(trainer, newest: recorder.newestStep(), limit: "maxTime")
            }
            throw stop
        }
        return FitResult(
            test: score, steps: trainer.state.step, stateHash: trainer.state.digest.hexadecimal)
    }

    private var plan: TrainingPlan {
        var plan = TrainingPlan()
        (plan.globalBatch, plan.shards, plan.seed) = (globalBatch, shards, seed)
        (plan.epochs, plan.maxSteps, plan.clipNorm) = (epochs, maxSteps, clipNorm)
        (plan.checkpointEvery, plan.evalEvery) = (checkpointEvery, evalEvery)
        (plan.logEvery, plan.verifyEvery) = (logEvery, verifyEvery)
        plan.keepBest = keepBest
        plan.timeout = timeout
        plan.end = maxTime.map { processStart + $0 }
        plan.onNaN = onNaN
        plan.spikeFactor = spikeFactor
        return plan
    }

    private func profile(_ job: TrainingJob, _ folder: RunFolder) -> RunProfile {
        let settings = settings(job)
        return RunProfile(
            name: name, folder: folder, settings: settings, identitySettings: identitySettings(settings),
            modelMetadata: ["model": name], data: "\(type(of: train))", keepLast: keepLast,
            keepBest: keepBest, checkpointErrors: checkpointErrors, sinks: sinks, isQuiet: isQuiet)
    }
}

/// Tells what there is to tell line by line, on standard error.
private final class LineReporter: ProgressReporter {
    private let isQuiet: Bool

    init(isQuiet: Bool) { self.isQuiet = isQuiet }

    func update(_ snapshot: ProgressSnapshot) {}
    func line(_ text: String) { if !isQuiet { StandardError.write(text + "\n") } }
    func finish() {}
}
