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
    func layers(_ catalog: Catalog, resuming checkpoint: SettingsLayer = SettingsLayer()) throws
        -> [SettingsLayer]
    {
        let file =
            try configFile.map { try SettingsLayer(configFile: $0, settings: catalog.settings) }
            ?? SettingsLayer()
        return [environment, checkpoint, file, flags]
    }

    /// Seconds; what is wrong with the settings is told later, on every rank.
    func timeout(_ catalog: Catalog) -> Double {
        let asked = (try? layers(catalog).compactMap { $0["timeout"]?.value }.last)?.intValue
        return Double(asked ?? Configuration(catalog).timeout)
    }

    /// Ranks in this process; settings that exclude each other are told later, on every rank.
    func threads(_ catalog: Catalog, isLaunched: Bool) -> Int {
        let asked = (try? layers(catalog).compactMap { $0["threads"]?.value }.last)?.intValue
        return threadCount(
            asked, isLaunched: isLaunched,
            shards: TrainingRun.shards(catalog) { try layers(catalog, resuming: $0) })
    }
}

extension Verb {
    static func train(_ program: TrainerCommand) -> Verb {
        Verb(
            program: program.name, name: "train",
            summary: "Train a network, as one process or as many under mpirun or srun.",
            options: trainOptions(program.catalog),
            usual: [
                "data", "model", "global_batch", "epochs", "optimizer", "lr", "seed", "run_dir", "resume",
                "threads", "config", "dry_run", "json",
            ],
            sections: [
                Section(title: "Models", items: program.catalog.models.map { ($0.name, $0.summary) }),
                Section(title: "Data sets", items: program.catalog.data.map { ($0.name, $0.summary) }),
                Section(title: "Optimizers", items: program.catalog.optimizers.map { ($0.name, $0.summary) }),
                Section(title: "Schedules", items: program.catalog.schedules.map { ($0.name, $0.summary) }),
                Section(
                    title: "Environment",
                    items: (program.catalog.data.isEmpty
                        ? [("TRAINER_DATA", "the data folder, where --data is not given")] : []) + [
                            ("TRAINER_PROGRESS", "bar, plain or none, where --progress is auto"),
                            ("TRAINER_COLUMNS", "width of the progress bar, where the terminal does not say"),
                            ("COLUMNS", "the same, where TRAINER_COLUMNS is not set"),
                        ]),
            ],
            examples: [
                "\(program.name) --data \(program.catalog.defaultData) --epochs 3",
                "mpirun -np 4 \(program.name) train --model \(program.catalog.models[0]) --run-dir runs/a",
                "\(program.name) train --run-dir runs/a --resume auto --epochs 10 --extend stretch",
            ],
            furtherHelp: ["--help-chaos": chaosHelp(program)],
            command: { (arguments: Arguments) throws(UsageError) in
                var flags = arguments.flags
                let configFile = flags.remove(configSetting.key)?.value.stringValue
                return .train(
                    TrainOptions(environment: arguments.environment, configFile: configFile, flags: flags))
            })
    }

    private static let configSetting = Setting(
        "config", .text, "FILE", scope: .invocation, group: "This invocation",
        help: "JSON object of settings, below the flags; its keys are the flags in snake_case, such as "
            + "\"global_batch\", so a run's config.json will do")

    private static func trainOptions(_ catalog: Catalog) -> [Option] {
        catalog.fields.map { Option($0, defaultText: catalog.defaultText(of: $0)) }
            + [Option(setting: configSetting, defaultText: "none")]
    }
}
