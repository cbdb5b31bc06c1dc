import Datasets
import NN
import Optim
import Samples
import Training

extension Configuration {
    /// What the loop reads of the settings.
    var plan: TrainingPlan {
        var plan = TrainingPlan()
        (plan.globalBatch, plan.shards) = (globalBatch, shards)
        (plan.epochs, plan.maxSteps) = (epochs ?? model.tuned.epochs, maxSteps)
        plan.scheduleEpochs = scheduleEpochs
        plan.onNaN = onNaN
        plan.spikeFactor = spikeFactor
        plan.leastSteps = epochs == nil ? model.tuned.leastSteps : 0
        plan.seed = seed
        plan.clipNorm = clipNorm
        (plan.checkpointEvery, plan.evalEvery) = (checkpointEvery, evalEvery)
        (plan.logEvery, plan.verifyEvery) = (logEvery, verifyEvery)
        (plan.reduction, plan.products) = (reduction, products)
        plan.keepBest = keepBest
        plan.timeout = Double(timeout)
        plan.end = maxTime.map { processStart + Double($0) }
        plan.bucketSize = bucketSize * 1024 / MemoryLayout<Float>.size
        return plan
    }

    /// The values of a descriptor's own settings.
    ///
    /// - Parameter origin: where the value of a key came from, for messages.
    private func values(
        of owner: String, _ settings: [OwnSetting],
        origin: @escaping @Sendable (String) -> String = { "default \($0)" }
    ) -> SettingValues {
        SettingValues(of: owner, settings, in: own, origin: origin)
    }

    private var modelValues: SettingValues { values(of: "--model \(model)", model.settings) }

    /// Reads the data, and makes of them what the network is trained and tested on.
    ///
    /// - Throws: `FileError` if a file is missing or malformed, `UnsuitableShape` if the data are not what the network is
    ///   trained on.
    func loadData() throws -> TrainingData {
        let (train, test) =
            try dataSet.map { try $0.load(values(of: "--data \(data)", $0.settings)) }
            ?? DataFolder.load(data, in: catalog.formats)
        return TrainingData(
            train: try samples(of: train, seed: seed), test: try samples(of: test),
            digest: dataDigest(train: train, test: test))
    }

    /// The test half alone, as it is.
    ///
    /// - Parameter sample: what its samples should look like, where a format does not say.
    func loadTestSet(for sample: SampleShape) throws -> any SampleSource {
        try dataSet.map { try $0.load(values(of: "--data \(data)", $0.settings)).test }
            ?? DataFolder.loadTest(data, for: sample, in: catalog.formats)
    }

    /// The network for samples of a shape, its parameters still zero.
    func makeModel(for shape: SampleShape) throws -> any Model {
        try model.make(ModelContext(shape: shape, settings: modelValues))
    }

    /// What the network looks at, made of the samples of a data set.
    ///
    /// - Parameter seed: of what is drawn at random; 0 for a test set, which is the same in every run.
    func samples(of set: any SampleSource, seed: UInt64 = 0) throws -> any SampleSource {
        try model.samples?.source(set, modelValues, seed) ?? set
    }

    /// What those samples look like, made of a set of that shape.
    func samples(of shape: SampleShape) throws -> SampleShape {
        try model.samples?.shape(shape, modelValues) ?? shape
    }

    /// - Parameter origin: where the value of a key came from, for messages.
    func makeOptimizer(
        origin: @escaping @Sendable (String) -> String = { "default \($0)" }
    ) throws -> any Optimizer {
        try optimizer.make(
            OptimizerContext(
                weightDecay: weightDecay,
                settings: values(of: "--optimizer \(optimizer)", optimizer.settings, origin: origin)))
    }

    /// What gets checkpoints besides the run folder.
    func makeSinks() throws -> [any CheckpointSink] {
        try catalog.sinks.compactMap {
            try $0.make(SinkContext(keepLast: keepLast, settings: values(of: "a sink", $0.settings)))
        }
    }

    /// Parameters that are trained in another way than the rest.
    var parameterGroups: [ParameterGroup] { decayBiases ? [] : [.undecayedVectors] }

    /// - Parameter totalSteps: the steps that it is spread over, warm-up and all.
    func makeSchedule(totalSteps: Int) throws -> any Schedule {
        let curve = try schedule.make(
            ScheduleContext(
                learningRate: learningRate, totalSteps: totalSteps,
                settings: values(of: "--schedule \(schedule)", schedule.settings)))
        return curve.warmedUp(over: warmupSteps)
    }
}
