import Datasets
import Formats
import Training

/// What a program can train: its networks, data sets, optimizers, schedules, metrics and recipes, and the table of
/// settings that comes of them.
public final class Catalog: Sendable {
    public let models: [ModelDescriptor]
    public let data: [DataDescriptor]
    /// The ways in which a folder can hold a data set.
    public let formats: [any DataFormat]
    public let optimizers: [OptimizerDescriptor]
    public let schedules: [ScheduleDescriptor]
    /// What every run and evaluation measures.
    public let metrics: MetricSet
    public let recipes: [Recipe]
    /// What gets checkpoints besides the run folder.
    public let sinks: [SinkDescriptor]
    /// Every setting of a run, in the order of `--help` and `config.json`.
    public let fields: [Field<Configuration>]
    /// Why the program cannot run with it: a mistake of its author; nil where there is none.
    public let problem: CatalogError?

    /// - Parameters:
    ///   - models: the first is the one where none is chosen.
    ///   - data: the sets known by name, the first being the one where none is chosen; every program reads folders too.
    ///   - formats: of folders, in the order they are looked for.
    ///   - schedules: the first is the one of a network under another optimizer than it is tuned for.
    ///   - metrics: those beside the standard ones.
    ///   - sinks: what gets checkpoints besides the run folder.
    public init(
        models: [ModelDescriptor], data: [DataDescriptor] = [], formats: [any DataFormat] = .standard,
        optimizers: [OptimizerDescriptor] = .standard, schedules: [ScheduleDescriptor] = .standard,
        metrics: [any Metric] = [], recipes: [Recipe] = [], sinks: [SinkDescriptor] = .standard
    ) {
        self.sinks = sinks
        self.models = models
        self.data = data
        self.formats = formats
        self.optimizers = optimizers
        self.schedules = schedules
        self.recipes = recipes
        let all = MetricSet.standard.metrics + metrics
        let twiceMeasured = MetricSet.nameOfTwo(all)
        self.metrics = twiceMeasured == nil ? MetricSet(all) : .standard
        let own = (
            models: Self.union(models.map(\.settings)), data: Self.union(data.map(\.settings)),
            optimizers: Self.union(optimizers.map(\.settings)),
            schedules: Self.union(schedules.map(\.settings)), sinks: Self.union(sinks.map(\.settings))
        )
        fields = Configuration.fields(
            models: models, data: data, formats: formats, optimizers: optimizers, schedules: schedules,
            recipes: recipes, own: own)
        let problem = Self.problem(
            names: [
                models.map(\.name), data.map(\.name), optimizers.map(\.name), schedules.map(\.name),
                recipes.map(\.name),
            ],
            keys: fields.map(\.setting.key), models: models, optimizers: optimizers, schedules: schedules)
        self.problem =
            problem
            ?? twiceMeasured.map {
                CatalogError("two numbers of metrics are called '\($0)': call one of them otherwise")
            }
    }

    /// The data where none are named.
    public var defaultData: String { data.first?.name ?? "data/mnist" }

    /// The settings without their properties.
    public var settings: [Setting] { fields.map(\.setting) }

    /// The settings of several descriptors, each key once.
    private static func union(_ lists: [[OwnSetting]]) -> [OwnSetting] {
        var all: [OwnSetting] = []
        for own in lists.joined() where !all.contains(where: { $0.setting.key == own.setting.key }) {
            all.append(own)
        }
        return all
    }

    private static func problem(
        names: [[String]], keys: [String], models: [ModelDescriptor], optimizers: [OptimizerDescriptor],
        schedules: [ScheduleDescriptor]
    ) -> CatalogError? {
        if models.isEmpty || optimizers.isEmpty || schedules.isEmpty {
            return CatalogError("a program needs a model, an optimizer and a schedule to train with")
        }
        if let name = names.lazy.compactMap(Self.twice).first {
            return CatalogError("'\(name)' is registered twice")
        }
        if let key = twice(keys) {
            return CatalogError("the setting '\(key)' is of more than one kind: call one of them otherwise")
        }
        for model in models {
            if !optimizers.contains(model.tuned.optimizer) {
                return CatalogError("\(model) is tuned for \(model.tuned.optimizer), which is not registered")
            }
            if !schedules.contains(model.tuned.schedule) {
                return CatalogError("\(model) is tuned for \(model.tuned.schedule), which is not registered")
            }
        }
        return nil
    }

    private static func twice(_ names: [String]) -> String? {
        names.indices.first { names[..<$0].contains(names[$0]) }.map { names[$0] }
    }
}

extension Catalog: Equatable {
    public static func == (a: Catalog, b: Catalog) -> Bool { a === b }
}
