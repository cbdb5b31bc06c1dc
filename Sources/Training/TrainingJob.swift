import Collectives
import Determinism
import Formats
import NN
import Optim
import Samples

/// A run that is ready to start: what was asked for, resolved and loaded, the same on every rank.
public struct TrainingJob {
    /// Its epochs are settled for the data.
    public let plan: TrainingPlan
    public let data: TrainingData
    public let world: any Communicator
    public let batches: BatchPlan
    public let totalSteps: Int
    /// Their schedules are spread over `scheduleSteps`, by default all the epochs', so that the most steps only decide where
    /// the run ends.
    public let objectives: [Objective]
    public let scheduleSteps: Int
    public let replica: Replica
    public let evaluator: Evaluator
    public let optimizers: [GroupedOptimizer]
    /// Fresh, or the checkpoint's.
    public let state: TrainingState

    /// - Parameters:
    ///   - loadData: may fail on one rank alone.
    ///   - makeObjectives: for the training samples and the steps that schedules are spread over; parameters still zero.
    ///   - metrics: what is measured of every step and evaluation.
    ///   - checkpoint: what rank 0 goes on from; the other ranks receive it.
    /// - Throws: `TrainingError`, or `AgreedFailure` if a rank cannot read its data, nothing can be learned from them, the
    ///   checkpoint does not fit, or a group told by the names of parameters has none.
    public init(
        _ plan: TrainingPlan, world: any Communicator, loadData: () throws -> TrainingData,
        makeObjectives: (_ train: any SampleSource, _ steps: Int) throws -> [Objective],
        metrics: MetricSet = .standard, checkpoint: Checkpoint? = nil
    ) throws {
        guard world.size <= plan.shards else {
            throw TrainingError.tooManyRanks(ranks: world.size, shards: plan.shards)
        }
        let data = try world.agree {
            guard plan.products.isAvailable else { throw TrainingError.noOpenBLAS }
            let data = try loadData()
            try data.requireUsable()
            return data
        }
        let digests = try world.allGather(Array(data.digest.utf8))
        if let rank = digests.firstIndex(where: { $0 != digests[0] }) {
            throw TrainingError.dataDiffers(rank: rank)
        }
        self.data = data
        self.world = world
        let batches = BatchPlan(samples: data.train.count, globalBatch: plan.globalBatch)
        self.batches = batches
        var plan = plan
        let stepsPerEpoch = batches.stepsPerEpoch
        plan.epochs = max(plan.epochs, (plan.leastSteps + stepsPerEpoch - 1) / stepsPerEpoch)
        self.plan = plan
        let epochSteps = plan.epochs * stepsPerEpoch
        totalSteps = min(epochSteps, plan.maxSteps ?? epochSteps)
        let scheduleSteps = (plan.scheduleEpochs ?? plan.epochs) * stepsPerEpoch
        self.scheduleSteps = scheduleSteps
        let objectives = try world.agree { try makeObjectives(data.train, scheduleSteps) }
        precondition(!objectives.isEmpty, "a run needs an objective")
        // What a file says is held against the network before memory is taken for it.
        try world.agree {
            guard let checkpoint else { return }
            try checkpoint.require(data)
            try checkpoint.require(objectives)
            try checkpoint.requireSteps(of: batches)
        }
        try world.requireMemory(
            objectives.reduce(0) { $0 + $1.stateBytes }, "for parameters, gradients and optimizer state")
        let replica = Replica(
            objectives.map { ($0.name, $0.model) }, products: plan.products, metrics: metrics)
        optimizers = try world.agree {
            try zip(objectives, replica.parts).map {
                try GroupedOptimizer($0.optimizer, layout: $1.layout, groups: $0.groups)
            }
        }
        (self.objectives, self.replica) = (objectives, replica)
        evaluator = try Evaluator(replica: replica, world: world)
        var start = TrainingState(replica: replica, optimizers: optimizers)
        try world.agree {
            if let checkpoint {
                try checkpoint.restore(into: &start)
            } else {
                replica.initialize(seed: plan.seed)
            }
        }
        try start.broadcast(over: world)
        state = start
    }

    /// The learning rate of the step taken after `step` others; beyond the steps that schedules are spread over, their last.
    public func rate(_ schedule: any Schedule, at step: Int) -> Double {
        schedule.rate(at: min(step, scheduleSteps - 1), of: scheduleSteps)
    }

    /// Bytes of a step's sums of gradients, with all that is added along with them.
    public var messageBytes: Int {
        replica.parts.reduce(0) { $0 + GradientBuffer.count($1.layout, replica.metrics) }
            * MemoryLayout<Float>.size
    }
}

extension TrainingState {
    /// Gives rank 0's state to every rank.
    mutating func broadcast(over world: any Communicator) throws {
        try world.broadcast(UnsafeMutableRawBufferPointer(parameters.buffer), from: 0)
        for (_, _, values) in optimizerState {
            try world.broadcast(UnsafeMutableRawBufferPointer(values.buffer), from: 0)
        }
        step = try world.broadcast(step, from: 0)
        skips = try world.broadcast(skips, from: 0)
        try window.broadcast(over: world)
        isEvaluationDue = try world.broadcast(isEvaluationDue, from: 0)
    }
}

extension Checkpoint {
    /// Makes sure that its run was begun with this program's arithmetic.
    public func requireArithmetic() throws(FileError) {
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

    /// Makes sure that it holds what a run of these objectives changes.
    func require(_ objectives: [Objective]) throws(FileError) {
        try file.require(
            objectives.flatMap { objective in
                let groups = ["model"] + objective.optimizer.stateNames.map { "optimizer.\($0)" }
                return groups.flatMap { group in
                    objective.parameterShapes.map { (name: "\(group).\($0.name)", shape: $0.shape) }
                }
            })
    }

    /// Makes sure that a run over such batches can have come to its step.
    func requireSteps(of batches: BatchPlan) throws(FileError) {
        guard step / batches.stepsPerEpoch <= TrainingPlan.mostEpochs else {
            throw FileError(
                .malformed, file.path,
                "expected a step of at most \(TrainingPlan.mostEpochs) epochs of \(batches.stepsPerEpoch) steps, found "
                    + "\(step)", advice: "use another checkpoint")
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
