import Runs
import Training

/// What `trainer evaluate` was given.
struct EvaluateOptions: Equatable, Sendable {
    var modelFile: String?
    var model = ModelArgument("")
    var data: String?
    var logits: String?
    var limit: Int?
    var confusion: String?
    var json = false
    var quiet = false
    var threads: Int?

    /// Ranks in this process.
    func threads(isLaunched: Bool) -> Int {
        threadCount(threads, isLaunched: isLaunched, shards: EvaluationRun.shards)
    }

    /// The file of the confusion matrix, where one is asked for.
    var confusionFile: ConfusionFile?

    /// The file of logits, where one is asked for.
    var logitsFile: LogitsFile? { logits.map { LogitsFile(path: $0, limit: limit) } }

    static let fields: [Field<EvaluateOptions>] = [
        Verb.modelFile(\.modelFile),
        Verb.testData(\.data),
        Field(
            "logits", \.logits, .text, "FILE", unset: "none", group: "Options",
            help: "also write the logits of the test samples, to a new safetensors file"),
        Field(
            "limit", \.limit, .integer(from: 1), "N", unit: "samples", unset: "all", group: "Options",
            help: "how many samples --logits writes, from the first on; all are measured nevertheless"),
        Field(
            "confusion", \.confusion, .text, "FILE", unset: "none", group: "Options",
            help: "also write how often each class is taken for which, to a new .csv or .npy file; up to "
                + "\(ConfusionMatrix.mostClasses) classes"),
        Verb.quiet(\.quiet),
        Field(
            "json", \.json, .boolean, group: "Options",
            help: "print an event, a JSON object: the scores, and those of each class; see docs/json.md"),
        Field(
            "threads", \.threads, .integer(1...4096), "N", unit: "threads", unset: "auto", group: "Options",
            help:
                "ranks in each process; auto = 1 under mpirun, else as many as there are cores; the same bits"
        ),
    ]
}

extension Verb {
    static func evaluate(_ program: TrainerCommand) -> Verb {
        Verb(
            program: program.name, name: "evaluate",
            summary: "Measure a trained model on the test set.",
            options: EvaluateOptions.fields.map { Option($0, in: EvaluateOptions(), program) },
            operands: Operands(placeholder: ModelArgument.placeholder, count: 0...1),
            sections: [modelSection, dataEnvironment],
            examples: [
                "\(program.name) evaluate runs/a",
                "\(program.name) evaluate model.safetensors --data \(program.catalog.defaultData)",
                "\(program.name) evaluate runs/a --json > result.json",
            ],
            command: { (arguments: Arguments) throws(UsageError) in
                var options = EvaluateOptions()
                arguments.flags.assign(to: &options, EvaluateOptions.fields)
                var arguments = arguments
                options.model = try arguments.takeModel(
                    program, option: options.modelFile, data: options.data)
                try arguments.requireNoMore()
                guard options.limit == nil || options.logits != nil else {
                    throw UsageError("option '--limit' needs --logits FILE")
                }
                if let path = options.confusion { options.confusionFile = try ConfusionFile(path: path) }
                return .evaluate(options)
            })
    }
}
