import Collectives
import Datasets
import Formats
import NN
import Optim
import Samples
import TensorEngine
import Training

/// A training run as a program writes it: a network, the samples it learns from, and how.
///
///     Lockstep.run { world in
///         var fit = Fit(Residual(train.shape), on: train, test: test)
///         fit.optimizer = Adam()
///         fit.schedule = .cosine(0.003)
///         fit.epochs = 30
///         fit.runFolder = "runs/spirals"
///         fit.resume = .auto
///         let result = try fit.run(in: world)
///         if world.rank == 0 { print(result.test.summary) }
///     }
///
/// Every rank makes the same `Fit`; what it gives is the same, bit for bit, on any number of ranks.
public struct Fit {
    /// Where a run goes on from: the newest sound checkpoint of the run folder, or the start where a run got to none;
    /// or one file.
    public typealias Resume = Configuration.Resume

    /// The rule that moves the parameters.
    public var optimizer: any Optimizer = SGD(momentum: 0.9)
    /// Parameters that are trained in another way than the rest.
    public var groups: [ParameterGroup] = []
    /// The learning rate; spread over `scheduleEpochs`.
    public var schedule: any Schedule = ConstantSchedule(0.05)
    /// Samples of an optimizer step, over all ranks.
    public var globalBatch = 128
    /// Parts of a batch whose gradients are computed apart; at least one for each rank.
    public var shards = 8
    /// Passes over the training samples.
    public var epochs = 5
    /// The most steps, if that comes first.
    public var maxSteps: Int?
    /// Epochs that schedules are spread over, after which their last rate is held; nil for all, or for those of the run that
    /// is resumed.
    public var scheduleEpochs: Int?
    /// What becomes of a schedule that reads its length where a resumed run is to have more epochs; nil refuses it.
    public var extend: ScheduleExtension?
    /// Start of every random sequence.
    public var seed: UInt64 = 1
    /// The longest mean gradient that is not scaled down; nil for any.
    public var clipNorm: Double?
    /// What becomes of a step whose loss or gradient is no number.
    public var onNaN = TrainingPlan.NaNPolicy.stop
    /// A step whose gradient is more than so many times as long as those before is dealt with in the same way; nil for none.
    public var spikeFactor: Double?
    /// What is measured besides the loss.
    public var metrics = MetricSet.standard
    /// Where checkpoints, metrics and the model go; new or empty unless resuming. Nil keeps nothing.
    public var runFolder: String?
    /// Where to go on from; nil for a run that starts anew.
    public var resume: Resume?
    /// Steps between checkpoints; nil for one after each epoch.
    public var checkpointEvery: Int?
    /// Newest checkpoints to keep.
    public var keepLast = 3
    /// Whether a test that is better than all before is followed by a checkpoint, and the best is kept besides the newest.
    public var keepBest = false
    /// What becomes of the run where a checkpoint cannot be written.
    public var checkpointErrors = CheckpointErrors.stop
    /// What gets checkpoints besides the run folder.
    public var sinks: [any CheckpointSink] = []
    /// Steps between tests; nil for one after each epoch.
    public var evalEvery: Int?
    /// Steps between records of training.
    public var logEvery = 50
    /// Steps between proofs that all replicas are equal.
    public var verifyEvery = 100
    /// Seconds in which a rank may show no progress, in a step or a callback, before the job ends with 75 and tells which;
    /// 0 for any time.
    public var timeout = 60.0
    /// Seconds that the process may take: shortly before they are over the run stops with a checkpoint and 75.
    public var maxTime: Double?
    /// Whether progress goes to standard error.
    public var isQuiet = false
    /// Called on rank 0 after every step; its decision travels with the next step's gradients.
    public var afterStep: ((StepReport) -> Callbacks.Decision)?
    /// Called on rank 0 after every test.
    public var afterEvaluation: ((EvaluationReport) -> Callbacks.Decision)?
    /// Called on rank 0 after every epoch, with a test of the whole test set.
    public var afterEpoch: ((EvaluationReport) -> Callbacks.Decision)?

    let train, test: any SampleSource
    /// Several objectives; nil for one, of `model` by `optimizer`.
    let objectives: [Objective]?
    let model: (any Model)?

    /// - Parameter test: what the network is tested on; nil for the training samples.
    public init(_ model: any Model, on train: any SampleSource, test: (any SampleSource)? = nil) {
        (self.model, objectives, self.train, self.test) = (model, nil, train, test ?? train)
    }

    /// A run of several objectives, which take turns within each step; their optimizers and schedules are their own, and
    /// tests measure the first.
    public init(
        objectives: [Objective], on train: any SampleSource, test: (any SampleSource)? = nil
    ) {
        (model, self.objectives, self.train, self.test) = (nil, objectives, train, test ?? train)
    }
}

/// What a run came to: the same on every rank.
public struct FitResult: Sendable {
    /// What the test samples gave at the end.
    public let test: Score
    /// Optimizer steps taken, those before a resume included.
    public let steps: Int
    /// SHA-256 of parameters and optimizer state, as hexadecimal digits: equal for equal runs.
    public let stateHash: String
}
