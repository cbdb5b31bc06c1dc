import Collectives
import Formats
import Training

/// One step of a run, taken again.
public struct Replay: Sendable {
    public let step: Int
    /// The samples of its batch in their order, by their numbers in the training set, each with its loss.
    public let samples: [(sample: Int, loss: Double)]
    /// What its line of metrics would say.
    public let loss, learningRate, gradientNorm: Double

    public var json: JSON {
        .object(
            JSONObject([
                ("step", .integer(step)), ("loss", .number(loss)), ("lr", .number(learningRate)),
                ("grad_norm", .number(gradientNorm)),
                (
                    "samples",
                    .array(
                        samples.map { ["sample": .integer($0.sample), "loss": .number($0.loss)] })
                ),
            ]))
    }

    /// The batch in a line, and a line for each sample, those of the largest losses first.
    public var text: String {
        let head =
            "step \(step): loss \(NumberText.fixed(loss, 6)), lr \(NumberText.fixed(learningRate, 6)), "
            + "gradient norm \(NumberText.fixed(gradientNorm, 6))"
        let sorted = samples.enumerated().sorted {
            $0.element.loss == $1.element.loss ? $0.offset < $1.offset : $0.element.loss > $1.element.loss
        }
        return ([head] + sorted.map { "sample \($1.sample): loss \(NumberText.fixed($1.loss, 6))" })
            .joined(separator: "\n")
    }
}

/// The verb `replay`: what happened in one step of a run.
public struct ReplayRun {
    private let catalog: Catalog
    private let world: any Communicator

    public init(_ catalog: Catalog, world: any Communicator) {
        self.catalog = catalog
        self.world = world
    }

    /// Takes a run's step number `step`, from 1 on, again, from the newest checkpoint before it, else from the beginning.
    ///
    /// - Parameter data: where the data are now; nil for where the run says they are.
    /// - Throws: `AgreedFailure` if the folder is no run's, or has no such step.
    public func run(_ path: String, step: Int, data: String? = nil) throws -> Replay {
        var checkpoint: Checkpoint?
        let settings = try world.fromRankZero {
            let record = try RecordedRun(path, data: data, catalog)
            let store = record.folder.checkpoints
            for earlier in try store.steps() where earlier < step && checkpoint == nil {
                checkpoint = try? Checkpoint(path: store.path(step: earlier))
            }
            try record.requireOneCourse(from: checkpoint?.step ?? 0, to: step - 1)
            let configuration = try record.configuration(at: step - 1)
            return Array(JSON.object(configuration.fullJSON).text.utf8)
        }
        let layer = try SettingsLayer(
            JSON(parsing: settings), from: "rank 0's settings", settings: catalog.settings)
        let job = try TrainingJob(
            Configuration(catalog, layers: [layer]), world: world, checkpoint: checkpoint)
        try world.agree {
            guard 1...job.totalSteps ~= step else {
                throw UsageError("--step \(step): the run has steps 1 to \(job.totalSteps)")
            }
        }
        let trainer = try Trainer(job, recorder: Worker(), requests: .none)
        _ = try trainer.advance(to: step - 1)
        let samples = trainer.nextLosses()
        let result = try trainer.step()
        return Replay(
            step: step, samples: samples, loss: result.score.loss, learningRate: result.learningRate,
            gradientNorm: result.gradientNorm)
    }
}
