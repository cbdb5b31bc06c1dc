import Formats
import Runs
import Training

/// What `trainer bench` was given.
struct BenchOptions: Equatable, Sendable {
    enum Subject: String, CaseIterable, Sendable { case step, kernels }

    var subject = Subject.step
    var seconds = 5.0
    var trace: String?
    var only: KernelBenchmark.Kind?
    var json = false
    /// The run whose steps are timed: its folder, one of its files, or its configuration.
    var run: String?
    /// Settings of the training whose steps are timed.
    var environment = SettingsLayer()
    var training = SettingsLayer()

    static let fields: [Field<BenchOptions>] = [
        Field(
            "seconds", \.seconds, .number(.positive), "T", unit: "seconds", group: "Measurement",
            help: "time to measure for"),
        Field(
            "trace", \.trace, .text, "FILE", unset: "none", group: "Measurement",
            help: "step: write the first weights, batches and losses to this safetensors file"),
        Field(
            "only", \.only, .choice(KernelBenchmark.Kind.self), "KIND", unset: "both", group: "Measurement",
            help: "kernels: what to measure"),
        Field(
            "json", \.json, .boolean, group: "Measurement",
            help: "print an event, a JSON object, on the last line; see docs/json.md"),
    ]

    /// The settings of `train` that change nothing of a step's time.
    private static let others = [
        "epochs", "max_steps", "schedule", "warmup_steps", "decay_biases", "run_dir", "resume",
        "checkpoint_every", "keep_last", "eval_every", "log_every", "verify_every", "dry_run", "quiet",
        "json", "progress", "timeout", "chaos",
    ]

    /// The settings of `train` that may change a step's time.
    static func trainingFields(_ catalog: Catalog) -> [Field<Configuration>] {
        let ofSchedules = catalog.schedules.flatMap { $0.settings.map(\.setting.key) }
        return catalog.fields.filter { !(others + ofSchedules).contains($0.setting.key) }
    }

    /// - Throws: `UsageError`, or `FileError` for a run that cannot be read.
    func configuration(_ catalog: Catalog) throws -> Configuration {
        let run = try run.map { try SettingsLayer(ofRun: $0, catalog) }
        return try Configuration(catalog, layers: [environment, run ?? SettingsLayer(), training])
    }

    /// Ranks in this process; settings that exclude each other are told later, on every rank.
    func threads(_ catalog: Catalog, isLaunched: Bool) -> Int {
        if subject == .kernels { return 1 }
        let configuration = try? configuration(catalog)
        return threadCount(configuration?.threads, isLaunched: isLaunched, shards: configuration?.shards)
    }
}

extension Verb {
    static func bench(_ program: TrainerCommand) -> Verb {
        Verb(
            program: program.name, name: "bench",
            summary: "Measure the speed of training steps, or of products and convolutions, on this machine.",
            options: BenchOptions.fields.map { Option($0, defaultText: $0.text(in: BenchOptions())) }
                + BenchOptions.trainingFields(program.catalog).map {
                    Option($0, defaultText: program.catalog.defaultText(of: $0))
                },
            usual: [
                "seconds", "only", "json", "data", "model", "recipe", "global_batch", "shards", "threads",
            ],
            operands: Operands(placeholder: "step|kernels [RUN|FILE]", count: 1...2),
            sections: [
                Section(
                    title: "Run",
                    items: [
                        ("RUN", "a run's folder: its settings and data, below the options"),
                        ("FILE", "a file of a run's folder, or another checkpoint or config.json"),
                    ]),
                Section(
                    title: "Benchmarks",
                    items: [
                        (
                            "step",
                            "whole training steps, phase by phase, on as many processes as mpirun starts, or on "
                                + "--threads"
                        ),
                        (
                            "kernels",
                            "our products and convolutions, on the shapes of training, against the core's peak and "
                                + "OpenBLAS's products; for passes of 1, 4, 8 and global-batch samples"
                        ),
                    ]),
            ],
            examples: [
                "\(program.name) bench step runs/a --seconds 10",
                "mpirun -np 2 \(program.name) bench step --global-batch 32",
                "\(program.name) bench kernels --only products --json",
            ],
            command: { (arguments: Arguments) throws(UsageError) in
                var options = BenchOptions()
                options.environment = arguments.environment
                options.training = arguments.flags
                let own = options.training.split(off: BenchOptions.fields.map(\.setting.key))
                own.assign(to: &options, BenchOptions.fields)
                guard let subject = BenchOptions.Subject(rawValue: arguments.operands[0]) else {
                    throw UsageError(
                        "unknown benchmark '\(arguments.operands[0])'",
                        hint: "Try '\(program.name) bench --help' for more information.")
                }
                options.subject = subject
                options.run = arguments.operands.dropFirst().first
                return .bench(options)
            })
    }
}
