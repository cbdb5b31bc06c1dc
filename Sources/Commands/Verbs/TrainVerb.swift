import Formats
import Runs
import Training

/// What `trainer train` was given: layers of settings that become a ``Configuration``.
struct TrainOptions: Equatable, Sendable {
    var environment = SettingsLayer()
    /// The path after `--config`.
    var configFile: String?
    var flags = SettingsLayer()
}

extension TrainOptions {
    /// The settings that were given, among them those of the checkpoint the run goes on from.
    ///
    /// - Throws: `UsageError`, or `FileError` for the file after `--config`.
    func layers(resuming checkpoint: SettingsLayer = SettingsLayer()) throws -> [SettingsLayer] {
        let file = try configFile.map(SettingsLayer.init(configFile:)) ?? SettingsLayer()
        return [environment, checkpoint, file, flags]
    }

    /// Ranks in this process; settings that exclude each other are told later, on every rank.
    func threads(isLaunched: Bool) -> Int {
        let asked = (try? layers().compactMap { $0["threads"]?.value }.last)?.intValue
        return threadCount(
            asked, isLaunched: isLaunched, shards: TrainingRun.shards { try layers(resuming: $0) })
    }
}

extension Verb {
    static let train = Verb(
        name: "train",
        summary: "Train a network, as one process or as many under mpirun or srun.",
        options: trainOptions,
        sections: [
            Section(title: "Models", items: ModelKind.allCases.map { ($0.rawValue, $0.summary) }),
            Section(
                title: "Environment",
                items: [
                    ("TRAINER_DATA", "the data folder, where --data is not given"),
                    ("TRAINER_PROGRESS", "bar, plain or none, where --progress is auto"),
                    ("TRAINER_COLUMNS", "width of the progress bar, where the terminal does not say"),
                    ("COLUMNS", "the same, where TRAINER_COLUMNS is not set"),
                ]),
        ],
        examples: [
            "trainer --data data/mnist --epochs 3",
            "mpirun -np 4 trainer train --model mlp --run-dir runs/mlp",
            "trainer train --run-dir runs/mlp --resume auto --epochs 10",
        ],
        command: { (arguments: Arguments) throws(UsageError) in
            var flags = arguments.flags
            let configFile = flags.remove(configSetting.key)?.value.stringValue
            return .train(
                TrainOptions(environment: arguments.environment, configFile: configFile, flags: flags))
        })

    private static let configSetting = Setting(
        "config", .text, "FILE", scope: .invocation, group: "This invocation",
        help: "JSON object of settings, below the flags; its keys are the flags in snake_case, such as "
            + "\"global_batch\", so a run's config.json will do")

    private static let trainOptions =
        Configuration.fields.map { Option($0, defaultText: defaultText(of: $0)) }
        + [Option(setting: configSetting, defaultText: "none")]

    /// The default of a setting, with the models and optimizers whose default differs: "0.1; perceptron: 0.05".
    private static func defaultText(of field: Field<Configuration>) -> String {
        let usual = field.text(in: Configuration())
        let models = ModelKind.allCases.map { ($0.rawValue, Configuration(model: $0)) }
        let optimizers = Configuration.Optimizer.allCases.map { ($0.rawValue, Configuration(optimizer: $0)) }
        let others = (models + optimizers).map { (name: $0, text: field.text(in: $1)) }
            .filter { $0.text != usual && !["model", "optimizer"].contains(field.setting.key) }
            .map { "; \($0.name): \($0.text)" }
        return usual + others.joined()
    }
}
