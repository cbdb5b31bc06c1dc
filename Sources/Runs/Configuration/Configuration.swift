import Formats
import TensorEngine
import Training

/// Everything that decides how a run goes: this and the data determine the trained model, bit for bit.
///
/// A property's initial value is the setting's default; its key, bounds, unit and help stand in ``fields``,
/// the table from which flags, `--help`, the keys of `--config FILE`, validation and `config.json` are all
/// derived.
public struct Configuration: Equatable, Sendable {
    // Data and model.
    public var data = "data/mnist"
    public var model: ModelKind
    public var hiddenSize: Int
    public var digits = 3
    public var dropout = 0.0

    // Length.
    public var globalBatch = 128
    public var shards = 8
    /// Nil for the length the model is tuned for.
    public var epochs: Int?
    public var maxSteps: Int?

    // Optimizer.
    public var optimizer: Optimizer
    public var learningRate: Double
    public var momentum: Double
    public var nesterov: Bool
    public var beta1 = 0.9
    public var beta2 = 0.999
    public var weightDecay: Double
    public var decayBiases = true
    public var clipNorm: Double?
    public var schedule: Schedule
    public var stepSize: Int?
    public var gamma = 0.1
    public var warmupSteps = 0
    public var products = ProductLibrary.own
    public var reduction = TrainingPlan.Reduction.tree
    public var seed: UInt64 = 1
    public var recipe: Recipe?

    // Run folder.
    public var runDir: String?
    public var resume: Resume?
    public var checkpointEvery: Int?
    public var keepLast = 3

    // Measurements.
    public var evalEvery: Int?
    public var logEvery = 50
    public var verifyEvery = 100

    // This invocation.
    public var dryRun = false
    public var quiet = false
    public var json = false
    public var threads: Int?
    public var bucketSize = 512
    public var progress = Progress.auto

    /// The defaults for a network and an optimizer, by default the one that trains it best.
    public init(model: ModelKind = .lstm, optimizer: Optimizer? = nil) {
        let optimizer = optimizer ?? model.tuned.optimizer
        let tuned = optimizer.tuned(for: model)
        self.model = model
        self.optimizer = optimizer
        hiddenSize = tuned.hiddenSize
        clipNorm = tuned.clipNorm
        learningRate = tuned.learningRate
        momentum = tuned.momentum
        nesterov = tuned.nesterov
        weightDecay = tuned.weightDecay
        schedule = tuned.schedule
    }
}

extension Configuration {
    public enum Optimizer: String, CaseIterable, Sendable {
        case sgd, adam, adamw, lamb

        /// The keys of the settings that only other optimizers read.
        var unused: [String] {
            switch self {
            case .sgd: ["beta1", "beta2"]
            case .adam, .adamw, .lamb: ["momentum", "nesterov"]
            }
        }

        /// A network is tuned for one optimizer; under another it keeps what is not the optimizer's, and starts from
        /// usual values for the rest.
        func tuned(for model: ModelKind) -> ModelKind.Tuned {
            var tuned = model.tuned
            if tuned.optimizer == self { return tuned }
            tuned.optimizer = self
            (tuned.nesterov, tuned.schedule) = (false, .constant)
            (tuned.learningRate, tuned.momentum, tuned.weightDecay) =
                switch self {
                case .sgd: (0.1, 0.9, 0)
                case .adam: (0.001, 0, 0)
                case .adamw: (0.001, 0, 0.01)
                case .lamb: (0.01, 0, 0.01)
                }
            return tuned
        }
    }

    public enum Schedule: String, CaseIterable, Sendable { case constant, cosine, step }

    public enum Progress: String, CaseIterable, Sendable { case auto, bar, plain, none }

    /// Where to go on from: the newest valid checkpoint of the run folder (or the start, if it has none), or
    /// one file.
    public enum Resume: Equatable, Sendable {
        case auto
        case file(String)
    }

    /// Steps between two drops of the learning rate under `--schedule step`.
    ///
    /// - Parameter totalSteps: length of the whole run; by default the rate drops after each third of it.
    public func stepSize(totalSteps: Int) -> Int {
        stepSize ?? max(1, (totalSteps + 2) / 3)
    }
}
