import Formats
import TensorEngine
import Training

/// Everything that decides how a run goes: this and the data determine the trained model, bit for bit.
///
/// A property's initial value is the setting's default; its key, bounds, unit and help stand in the catalog's `fields`,
/// the table from which flags, `--help`, the keys of `--config FILE`, validation and `config.json` are all
/// derived.
public struct Configuration: Equatable, Sendable {
    /// What there is to choose from.
    public let catalog: Catalog

    // Data and model.
    /// The name of a data set, or a folder.
    public var data: String { didSet { completeOwn() } }
    public var model: ModelDescriptor { didSet { completeOwn() } }

    // Length.
    public var globalBatch = 128
    public var shards = 8
    /// Nil for the length the model is tuned for.
    public var epochs: Int?
    public var maxSteps: Int?
    /// Epochs that the schedule is spread over; nil for all.
    public var scheduleEpochs: Int?

    // Optimizer.
    public var optimizer: OptimizerDescriptor { didSet { completeOwn() } }
    public var learningRate: Double
    public var weightDecay: Double
    public var decayBiases = true
    public var clipNorm: Double?
    public var schedule: ScheduleDescriptor { didSet { completeOwn() } }
    public var warmupSteps = 0
    public var products = ProductLibrary.own
    public var reduction = TrainingPlan.Reduction.tree
    public var onNaN = TrainingPlan.NaNPolicy.stop
    public var spikeFactor: Double?
    public var seed: UInt64 = 1
    public var recipe: String?

    /// The own settings of model, optimizer, schedule, data set and sinks.
    var own: [String: JSON] = [:]

    // Run folder.
    public var runDir: String?
    public var resume: Resume?
    public var extend: ScheduleExtension?
    public var checkpointEvery: Int?
    public var keepLast = 3
    public var keepBest = false
    public var checkpointErrors = CheckpointErrors.stop

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
    /// Seconds; 0 for any time.
    public var timeout = 60
    /// Seconds since the process began; nil for any.
    public var maxTime: Int?
    /// Faults on purpose, see ``Fault``.
    public var chaos: String?

    /// The defaults for a network and an optimizer, by default the one that trains it best.
    public init(
        _ catalog: Catalog, model: ModelDescriptor? = nil, optimizer: OptimizerDescriptor? = nil,
        schedule: ScheduleDescriptor? = nil, data: String? = nil
    ) {
        let model = model ?? catalog.models[0]
        let tuned = model.tuned.with(optimizer ?? model.tuned.optimizer, catalog.schedules[0])
        self.catalog = catalog
        self.model = model
        self.data = data ?? catalog.defaultData
        self.optimizer = tuned.optimizer
        self.schedule = schedule ?? tuned.schedule
        clipNorm = tuned.clipNorm
        learningRate = tuned.learningRate
        weightDecay = tuned.weightDecay
        completeOwn()
    }

    /// Makes the own settings those of what is chosen; new ones start from the network's defaults.
    private mutating func completeOwn() {
        let tuned = model.tuned.with(optimizer, schedule)
        let pairs = ownSettings.map { setting in
            let key = setting.setting.key
            return (key, own[key] ?? tuned.settings[key] ?? setting.usual)
        }
        own = Dictionary(pairs) { first, _ in first }
    }
}

extension Configuration {
    public enum Progress: String, CaseIterable, Sendable { case auto, bar, plain, none }

    /// Where to go on from: the newest valid checkpoint of the run folder (or the start, if it has none), or
    /// one file.
    public enum Resume: Equatable, Sendable {
        case auto
        case file(String)
    }

    /// The data set, where the data are one known by name.
    var dataSet: DataDescriptor? { catalog.data.first { $0.name == data } }

    /// The settings that only some of the catalog read, and these do.
    var ownSettings: [OwnSetting] {
        model.settings + optimizer.settings + schedule.settings + (dataSet?.settings ?? [])
            + catalog.sinks.flatMap(\.settings)
    }

    /// Whether a setting has a meaning for what is chosen.
    public func reads(_ key: String) -> Bool {
        catalog.fields.first { $0.setting.key == key }?.isRead(self) ?? false
    }

    /// The value of an own setting of model, optimizer, schedule, data set or a sink.
    public subscript<Value: SettingValue>(key: String) -> Value? {
        get { own[key].map(Value.init(setting:)) }
        set { own[key] = newValue?.settingJSON ?? .null }
    }
}
