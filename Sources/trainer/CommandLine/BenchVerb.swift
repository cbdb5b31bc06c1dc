import Formats
import Training

/// What `trainer bench` was given.
struct BenchOptions: Equatable, Sendable {
    enum Subject: String, CaseIterable, Sendable { case step, gemm }

    var subject = Subject.step
    var seconds = 5.0
    var trace: String?
    var json = false
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
            "json", \.json, .boolean, group: "Measurement",
            help: "print the result as one JSON object, on the last line"),
    ]

    /// The settings of `train` that change a step's time.
    static let trainingFields = Configuration.fields.filter {
        [
            "data", "model", "hidden_size", "digits", "global_batch", "shards", "optimizer", "reduction",
            "dropout", "seed", "bucket_size",
        ].contains($0.setting.key)
    }

    func configuration() throws(UsageError) -> Configuration {
        try Configuration(layers: [environment, training])
    }
}

extension Verb {
    static let bench = Verb(
        name: "bench",
        summary: "Measure the speed of training steps, or of matrix products, on this machine.",
        options: BenchOptions.fields.map { Option($0, defaultText: $0.text(in: BenchOptions())) }
            + BenchOptions.trainingFields.map { Option($0, defaultText: $0.text(in: Configuration())) },
        operands: Operands(placeholder: "step|gemm", count: 1...1),
        sections: [
            Section(
                title: "Benchmarks",
                items: [
                    ("step", "whole training steps, phase by phase, on as many processes as mpirun starts"),
                    (
                        "gemm",
                        "our products against OpenBLAS's and the core's peak, on the shapes of shards of "
                            + "global-batch / shards samples"
                    ),
                ])
        ],
        examples: [
            "trainer bench step --model cnn --seconds 10",
            "mpirun -np 2 trainer bench step --model lstm --global-batch 64",
            "trainer bench gemm --global-batch 32 --shards 1 --json",
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
                    hint: "Try 'trainer bench --help' for more information.")
            }
            options.subject = subject
            return .bench(options)
        })
}
