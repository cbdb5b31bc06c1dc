import BLAS
import Collectives
import Datasets
import Determinism
import Formats
import Kernels
import Optim

/// A run that is ready to start: what was asked for, resolved and loaded, the same on every rank.
struct TrainingJob {
    let configuration: Configuration
    let data: TrainingData
    let world: any Communicator
    let plan: BatchPlan
    let totalSteps: Int
    let optimizer: GroupedOptimizer
    /// Spread over the epochs, so that --max-steps only decides where the run ends.
    let schedule: any Schedule
    let scheduleSteps: Int
    let replica: Replica
    let evaluator: Evaluator
    /// Fresh, or the checkpoint's.
    let state: TrainingState

    /// - Parameter checkpoint: what rank 0 goes on from; the other ranks receive it.
    /// - Throws: `TrainingError`, or `AgreedFailure` if a rank cannot read its data or the checkpoint does not fit.
    init(_ configuration: Configuration, world: any Communicator, checkpoint: Checkpoint?) throws {
        guard world.size <= configuration.shards else {
            throw TrainingError.tooManyRanks(ranks: world.size, shards: configuration.shards)
        }
        let data = try world.agree { try TrainingData(configuration) }
        let digests = try world.allGather(Array(data.digest.utf8))
        if let rank = digests.firstIndex(where: { $0 != digests[0] }) {
            throw TrainingError.dataDiffers(rank: rank)
        }
        self.configuration = configuration
        self.data = data
        self.world = world
        plan = BatchPlan(samples: data.train.count, globalBatch: configuration.globalBatch)
        let epochSteps = configuration.epochs * plan.stepsPerEpoch
        totalSteps = min(epochSteps, configuration.maxSteps ?? epochSteps)
        schedule = configuration.makeSchedule(totalSteps: epochSteps)
        scheduleSteps = epochSteps
        let replica = Replica(configuration.makeModel(), products: configuration.products)
        self.replica = replica
        optimizer = try GroupedOptimizer(
            configuration.makeOptimizer(), layout: replica.layout, groups: configuration.parameterGroups)
        evaluator = try Evaluator(replica: replica, world: world)
        var start = TrainingState(replica: replica, optimizer: optimizer.optimizer)
        try world.agree {
            if let checkpoint {
                try checkpoint.require(data)
                try checkpoint.restore(into: &start)
            } else {
                replica.initialize(seed: configuration.seed)
            }
        }
        try start.broadcast(over: world)
        state = start
    }

    /// What a run says of itself when it begins.
    var banner: [String] {
        let layout = replica.layout
        var lines = [
            "\(configuration.model.rawValue): \(layout.parameterCount) parameters; "
                + "\(data.train.count) + \(data.test.count) images; \(totalSteps) steps of "
                + "\(configuration.globalBatch) samples in \(configuration.shards) shards on "
                + (world.size == 1 ? "1 process" : "\(world.size) processes")
        ]
        if configuration.reduction == .mpi {
            lines.append(
                "reduction mpi: gradients are added by MPI_Allreduce, so this run's bits depend on the number "
                    + "of processes")
        }
        if configuration.products == .openblas {
            lines.append(
                "products openblas: matrix products are OpenBLAS's, so this run's bits depend on the CPU's "
                    + "model (\(blasDescription()))")
        }
        return lines
    }
}

extension TrainingState {
    /// Gives rank 0's state to every rank.
    mutating func broadcast(over world: any Communicator) throws {
        try world.broadcast(UnsafeMutableRawBufferPointer(parameters.buffer), from: 0)
        for (_, values) in optimizerState {
            try world.broadcast(UnsafeMutableRawBufferPointer(values.buffer), from: 0)
        }
        step = try world.broadcast(step, from: 0)
        window = try world.broadcast(window, from: 0)
    }
}

extension Checkpoint {
    /// Makes sure that its run was begun with this program's arithmetic.
    func requireArithmetic() throws(FileError) {
        guard arithmetic == arithmeticVersion else {
            throw FileError(
                .malformed, file.path,
                "its run computes with arithmetic \(arithmetic), this program with \(arithmeticVersion), which rounds "
                    + "differently: going on would give a model that neither gives",
                advice:
                    "finish it with the version of the program that began it, or start a new run in another "
                    + "--run-dir without --resume")
        }
    }

    /// Makes sure that going on with `data` continues the same run.
    func require(_ data: TrainingData) throws(FileError) {
        guard dataDigest == data.digest else {
            throw FileError(
                .malformed, file.path,
                "its run trained on data with SHA-256 \(dataDigest.prefix(12))…, --data holds "
                    + "\(data.digest.prefix(12))…",
                advice: "name the same data with --data, or start a new run")
        }
    }
}
