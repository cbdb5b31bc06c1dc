import Datasets
import Runs
import Training

/// A whole command line for a program's networks and data sets: train, evaluate, predict, visualize, bench, with
/// checkpoints, resuming and config files, alone and under mpirun.
///
///     @main struct Mine {
///         static func main() {
///             TrainerCommand(
///                 name: "mine",
///                 models: [
///                     ModelDescriptor("residual", "two layers and a shortcut") { Residual($0.shape) }
///                 ],
///                 data: [
///                     DataDescriptor("spirals", "two spirals, told apart") { _ in
///                         (train: Spirals(count: 4000, seed: 1), test: Spirals(count: 1000, seed: 2))
///                     }
///                 ]
///             ).main()
///         }
///     }
public struct TrainerCommand: Sendable {
    /// What the program is called.
    public let name: String
    /// One sentence for `--help`.
    public let summary: String
    /// What it can train.
    public let catalog: Catalog

    /// - Parameters:
    ///   - models: the first is the one where none is chosen.
    ///   - data: the sets known by name, the first being the one where none is chosen; folders are read besides.
    ///   - formats: of folders, in the order they are looked for.
    ///   - metrics: what is measured beside loss, accuracies and errors.
    ///   - sinks: what gets checkpoints besides the run folder.
    public init(
        name: String,
        summary: String =
            "Lockstep trains neural networks; the number of processes changes no bit of the result.",
        models: [ModelDescriptor], data: [DataDescriptor] = [], formats: [any DataFormat] = .standard,
        optimizers: [OptimizerDescriptor] = .standard, schedules: [ScheduleDescriptor] = .standard,
        metrics: [any Metric] = [], recipes: [Recipe] = [], sinks: [SinkDescriptor] = .standard
    ) {
        self.name = name
        self.summary = summary
        catalog = Catalog(
            models: models, data: data, formats: formats, optimizers: optimizers, schedules: schedules,
            metrics: metrics, recipes: recipes, sinks: sinks)
    }

    /// Every command, the one that may be left out first.
    var verbs: [Verb] {
        [
            .train(self), .launch(self), .evaluate(self), .predict(self), .visualize(self), .verify(self),
            .replay(self), .checkpoint(self), .bench(self), .doctor(self),
        ]
    }
}
