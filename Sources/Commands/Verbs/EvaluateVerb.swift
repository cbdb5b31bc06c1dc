import Runs
import Training

/// What `trainer evaluate` was given.
struct EvaluateOptions: Equatable, Sendable {
    var modelFile = ""
    var data: String
    var logits: String?
    var limit: Int?
    var confusion: String?
    var json = false
    var threads: Int?

    /// Ranks in this process.
    func threads(isLaunched: Bool) -> Int {
        threadCount(threads, isLaunched: isLaunched, shards: EvaluationRun.shards)
    }

    /// The file of the confusion matrix, where one is asked for.
    var confusionFile: ConfusionFile?

    /// The file of logits, where one is asked for.
    var logitsFile: LogitsFile? { logits.map { LogitsFile(path: $0, limit: limit) } }

    init(data: String) { self.data = data }

    static let fields: [Field<EvaluateOptions>] = [
        Field(
            "model_file", \.modelFile, .text, "FILE", group: "Options",
            help: "trained parameters: model.safetensors or a checkpoint of a run folder"),
        Field(
            "data", \.data, .text, "DIR", environment: "TRAINER_DATA", group: "Options",
            help: "folder with the test set, as for 'train'"),
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
        Field(
            "json", \.json, .boolean, group: "Options",
            help: "print loss, accuracy, correct, total, and the same of each class, as one JSON object"),
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
            options: EvaluateOptions.fields.map {
                Option($0, defaultText: $0.text(in: EvaluateOptions(data: program.catalog.defaultData)))
            },
            sections: [
                Section(
                    title: "Environment",
                    items: [("TRAINER_DATA", "the data folder, where --data is not given")])
            ],
            examples: [
                "\(program.name) evaluate --model-file runs/mlp/model.safetensors",
                "\(program.name) evaluate --model-file model.safetensors --data data/mnist",
                "\(program.name) evaluate --model-file model.safetensors --json > result.json",
            ],
            command: { (arguments: Arguments) throws(UsageError) in
                var options = EvaluateOptions(data: program.catalog.defaultData)
                arguments.environment.assign(to: &options, EvaluateOptions.fields)
                arguments.flags.assign(to: &options, EvaluateOptions.fields)
                guard options.limit == nil || options.logits != nil else {
                    throw UsageError("option '--limit' needs --logits FILE")
                }
                if let path = options.confusion { options.confusionFile = try ConfusionFile(path: path) }
                return .evaluate(options)
            })
    }
}
