import TensorEngine

/// What the loop goes by: the numbers that decide a run's course, besides model, data, optimizer and schedule.
public struct TrainingPlan: Sendable {
    /// How gradients are summed over the ranks.
    public enum Reduction: String, CaseIterable, Sendable {
        /// In one fixed order: the same bits on any number of ranks.
        case tree
        /// By MPI_Allreduce: the bits depend on the number of ranks.
        case mpi
    }

    /// More epochs are a mistake: the samples seen in them could not be counted.
    static let mostEpochs = 1_000_000_000

    /// What becomes of a step whose loss or gradient is no number.
    public enum NaNPolicy: String, CaseIterable, Sendable {
        /// The run ends: it diverged.
        case stop
        /// Its update is left out, and the run goes on.
        case skip
    }

    /// Samples of an optimizer step, over all ranks.
    public var globalBatch = 128
    /// Parts of a batch whose gradients are computed apart; at least one for each rank.
    public var shards = 8
    /// Passes over the training set.
    public var epochs = 1
    /// Where the epochs have fewer steps, there are as many more epochs as it takes.
    public var leastSteps = 0
    /// Epochs that schedules are spread over, after which their last rate is held; nil for all.
    public var scheduleEpochs: Int?
    /// The most steps, if that comes first.
    public var maxSteps: Int?
    /// Start of every random sequence.
    public var seed: UInt64 = 1
    /// The longest mean gradient that is not scaled down; nil for any.
    public var clipNorm: Double?
    public var onNaN = NaNPolicy.stop
    /// A step whose gradient is more than so many times as long as those before it is taken for one that gives no number;
    /// nil for any length.
    public var spikeFactor: Double?
    /// Steps between checkpoints; nil for one after each epoch.
    public var checkpointEvery: Int?
    /// Steps between tests on the test set; nil for one after each epoch.
    public var evalEvery: Int?
    /// Whether an evaluation that is better than all before is followed by a checkpoint.
    public var keepBest = false
    /// Steps between records of training.
    public var logEvery = 50
    /// Steps between proofs that all replicas are equal.
    public var verifyEvery = 100
    public var reduction = Reduction.tree
    /// Whose matrix products are taken.
    public var products = ProductLibrary.own
    /// Floats that are exchanged at once while the rest is still computed; no bit depends on it.
    public var bucketSize = 131_072

    /// Seconds in which a rank may show nothing, before the job is ended; 0 for any time.
    public var timeout = 60.0
    /// When rank 0's process has to be gone, in seconds of its monotonic clock; nil for any time.
    public var end: Double?

    public init() {}
}
