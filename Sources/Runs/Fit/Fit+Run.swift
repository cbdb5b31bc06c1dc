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
        let start = try world.agree { world.rank == 0 ? try findStart() : RunStart() }
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
            let session = RunSession(
                profile: profile(job, RunFolder(path: runFolder)), clock: .system,
                arguments: CommandLine.arguments, warn: Self.warn)
            recorder = try session.makeRecorder(
                job, from: start, resumes: resume == .auto,
                display: { LineReporter(isQuiet: isQuiet) }, output: { _ in })
        }
        var callbacks = Callbacks()
        callbacks.afterStep = afterStep
        callbacks.afterEvaluation = afterEvaluation
        callbacks.afterEpoch = afterEpoch
        let trainer = try Trainer(job, recorder: recorder, requests: .bySignal(), callbacks: callbacks)
        let score = try trainer.run()
        return FitResult(
            test: score, steps: trainer.state.step, stateHash: trainer.state.digest.hexadecimal)
    }

    private var plan: TrainingPlan {
        var plan = TrainingPlan()
        (plan.globalBatch, plan.shards, plan.seed) = (globalBatch, shards, seed)
        (plan.epochs, plan.maxSteps, plan.clipNorm) = (epochs, maxSteps, clipNorm)
        (plan.checkpointEvery, plan.evalEvery) = (checkpointEvery, evalEvery)
        (plan.logEvery, plan.verifyEvery) = (logEvery, verifyEvery)
        return plan
    }

    private static func warn(_ text: String) { StandardError.write("warning: \(text)\n") }

    private func findStart() throws -> RunStart {
        if resume == .auto, runFolder == nil {
            throw UsageError("resume = .auto needs a runFolder, the run to go on with")
        }
        let start = try RunStart(
            resume, in: runFolder.map(RunFolder.init(path:)), holding: runFolder != nil, clock: .system,
            warn: Self.warn)
        guard let checkpoint = start.checkpoint else { return start }
        try checkpoint.requireArithmetic()
        let stored = try? JSON(parsing: Array(checkpoint.settings.utf8))
        for (key, value) in settings.members where Self.fixed.contains(key) {
            guard let other = stored?[key], other != value else { continue }
            throw UsageError(
                "\(checkpoint.file.path): cannot resume: \(key) is \(value.text) here but \(other.text) in the "
                    + "checkpoint",
                hint: "Set it as it was, or start a new run in another folder without resuming.")
        }
        return start
    }

    /// What a run may not change when it is resumed.
    private static let fixed: Set = ["global_batch", "shards", "seed"]

    /// What `config.json` and checkpoints keep.
    private var settings: JSONObject {
        JSONObject([
            ("global_batch", .integer(globalBatch)), ("shards", .integer(shards)),
            ("epochs", .integer(epochs)), ("max_steps", maxSteps.map { .integer($0) } ?? .null),
            ("seed", .integer(Int(truncatingIfNeeded: seed))),
            ("clip_norm", clipNorm.map { .number($0) } ?? .null),
        ])
    }

    private func profile(_ job: TrainingJob, _ folder: RunFolder) -> RunProfile {
        let name = model.map { "\(type(of: $0))" } ?? job.objectives.map(\.name).joined(separator: " and ")
        return RunProfile(
            name: name, folder: folder, settings: settings, modelMetadata: ["model": name],
            data: "\(type(of: train))", keepLast: keepLast, sinks: sinks, isQuiet: isQuiet)
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
