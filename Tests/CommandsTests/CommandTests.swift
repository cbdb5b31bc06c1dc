import Formats
import Runs
import Testing
import Training

@testable import Commands

extension TrainOptions {
    fileprivate func configuration(resuming checkpoint: SettingsLayer = SettingsLayer()) throws
        -> Configuration
    {
        try Configuration(trainer.catalog, layers: layers(trainer.catalog, resuming: checkpoint))
    }
}

@Suite struct CommandTests {
    @Test(arguments: [[], ["--epochs", "3"], ["train", "--epochs", "3"], ["train", "--epochs=3"]])
    func trainIsTheDefault(arguments: [String]) throws {
        let options = try train(arguments)
        #expect(try options.configuration().epochs == (arguments.isEmpty ? nil : 3))
    }

    @Test func everyKindOfFlag() throws {
        let configuration = try train([
            "--model", "mlp", "--lr=1e-2", "--nesterov", "--max-steps", "9", "--run-dir=a=b", "--resume",
            "x.safetensors",
            "--seed", "9223372036854775807", "--eval-every", "epoch", "--quiet", "--no-quiet", "--epochs",
            "1",
            "--epochs", "2", "--",
        ]).configuration()
        #expect(
            configuration.model == .mlp && configuration.learningRate == 0.01
                && configuration["nesterov"] == true)
        #expect(configuration.maxSteps == 9 && configuration.runDir == "a=b")
        #expect(configuration.resume == .file("x.safetensors") && configuration.seed == UInt64(Int.max))
        #expect(!configuration.quiet && configuration.epochs == 2)
        #expect(try train(["--resume", "auto"]).configuration().resume == .auto)
        #expect(try train(["--resume", "off"]).configuration().resume == nil)
    }

    @Test func flagsLieAboveTheCheckpointAndTheEnvironment() throws {
        let options = try train(["--lr", "0.5"], environment: ["TRAINER_DATA": "there"])
        let checkpoint = try SettingsLayer(
            ["lr": 0.25, "shards": 4], from: "a.safetensors", settings: trainer.catalog.settings)
        let configuration = try options.configuration(resuming: checkpoint)
        #expect(
            configuration.learningRate == 0.5 && configuration.shards == 4 && configuration.data == "there")
        #expect(try train(["--config", "a.json"]).configFile == "a.json")
        #expect(try train(["--config", "a.json"]).flags.entries.isEmpty)
    }

    @Test func evaluate() throws {
        var expected = EvaluateOptions()
        expected.model = ModelArgument("runs/a")
        expected.model.otherData = "there"
        #expect(
            try Command(parsing: ["evaluate", "runs/a"], environment: ["TRAINER_DATA": "there"])
                == .evaluate(expected))
        expected.model.otherData = "data/mnist"
        #expect(try Command(parsing: ["evaluate", "runs/a"], environment: [:]) == .evaluate(expected))
        expected.modelFile = "m.safetensors"
        expected.model = ModelArgument("m.safetensors")
        expected.model.otherData = "there"
        let arguments = ["evaluate", "--model-file", "m.safetensors"]
        #expect(
            try Command(parsing: arguments, environment: ["TRAINER_DATA": "there"]) == .evaluate(expected))
        (expected.data, expected.model.data) = ("here", "here")
        expected.json = true
        #expect(
            try Command(
                parsing: arguments + ["--json", "--data=here"], environment: ["TRAINER_DATA": "there"])
                == .evaluate(expected))
        expected = EvaluateOptions()
        expected.modelFile = "m.safetensors"
        expected.model = ModelArgument("m.safetensors")
        expected.model.otherData = "data/mnist"
        (expected.logits, expected.limit) = ("l.safetensors", 9)
        #expect(expected.logitsFile == LogitsFile(path: "l.safetensors", limit: 9))
        #expect(
            try Command(parsing: arguments + ["--logits", "l.safetensors", "--limit=9"], environment: [:])
                == .evaluate(expected))
    }

    @Test func predict() throws {
        var expected = PredictOptions()
        expected.images = ["a.png", "-"]
        expected.model = ModelArgument("runs/a")
        expected.model.otherData = "data/mnist"
        #expect(
            try Command(parsing: ["predict", "runs/a", "a.png", "-"], environment: [:]) == .predict(expected))
        expected.modelFile = "m.safetensors"
        expected.model = ModelArgument("m.safetensors")
        expected.model.otherData = "data/mnist"
        #expect(
            try Command(parsing: ["predict", "a.png", "--model-file=m.safetensors", "-"], environment: [:])
                == .predict(expected))
        expected.index = 3
        expected.json = true
        #expect(
            try Command(
                parsing: [
                    "predict", "--json", "--model-file=m.safetensors", "--index", "3", "--", "a.png", "-",
                ],
                environment: ["TRAINER_DATA": "there"]) == .predict(expected))
    }

    @Test func visualize() throws {
        var expected = VisualizeOptions()
        expected.model = ModelArgument("runs/a")
        expected.model.otherData = "there"
        expected.index = 9
        expected.out = "pictures"
        #expect(
            try Command(
                parsing: ["visualize", "runs/a", "--out=pictures", "--index=9"],
                environment: ["TRAINER_DATA": "there"]) == .visualize(expected))
    }

    @Test func bench() throws {
        func bench(_ arguments: String...) throws -> BenchOptions {
            let command = try Command(parsing: ["bench"] + arguments, environment: [:])
            guard case .bench(let options) = command else {
                Issue.record("expected bench, got \(command)")
                return BenchOptions()
            }
            return options
        }
        let step = try bench("step", "--recipe", "seed", "--threads", "2", "--seconds=1")
        let configuration = try step.configuration(trainer.catalog)
        #expect(
            step.subject == .step && step.seconds == 1 && step.threads(trainer.catalog, isLaunched: true) == 2
        )
        #expect(configuration.model == .lstm && configuration.globalBatch == 32 && configuration.shards == 8)
        #expect(configuration.learningRate == 0.01 && configuration["momentum"] == 0.0)
        let kernels = try bench("kernels", "--only", "convolutions", "--json")
        #expect(kernels.subject == .kernels && kernels.only == .convolutions && kernels.json)
        #expect(try bench("kernels").only == nil)
    }

    @Test(
        arguments: [
            (["bench"], "missing argument: step|kernels [RUN|FILE]", "bench"),
            (["bench", "gemm"], "unknown benchmark 'gemm'", "bench"),
            (["--ephocs", "3"], "unrecognized option '--ephocs' (did you mean '--epochs'?)", "train"),
            (["--no-nestrov"], "unrecognized option '--no-nestrov' (did you mean '--no-nesterov'?)", "train"),
            (["--no-epochs"], "unrecognized option '--no-epochs' (did you mean '--epochs'?)", "train"),
            (["--epoch=3"], "unrecognized option '--epoch' (did you mean '--epochs'?)", "train"),
            (["-x"], "unrecognized option '-x'", "train"),
            (["--xyzzy-plugh"], "unrecognized option '--xyzzy-plugh'", "train"),
            (["--epochs"], "option '--epochs' needs a value: --epochs N", "train"),
            (["--run-dir", "--quiet"], "option '--run-dir' needs a value: --run-dir DIR", "train"),
            (["--quiet=yes"], "option '--quiet' takes no value: use --quiet or --no-quiet", "train"),
            (["--no-quiet=1"], "option '--no-quiet' takes no value: use --quiet or --no-quiet", "train"),
            (["--epochs", "1e3"], "--epochs: expected an integer or 'tuned', found \"1e3\"", "train"),
            (["--epochs", "-1"], "--epochs: must be from 1 to 1000000000, found -1", "train"),
            (["--epochs="], "--epochs: expected an integer or 'tuned', found \"\"", "train"),
            (["--run-dir="], "--run-dir: must not be empty", "train"),
            (["train", "more"], "unexpected argument 'more'", "train"),
            (["train", "--", "--epochs"], "unexpected argument '--epochs'", "train"),
            (["trian"], "unknown command 'trian' (did you mean 'train'?)", nil),
            (["help", "evalute"], "unknown command 'evalute' (did you mean 'evaluate'?)", nil),
            (["help", "train", "me"], "unexpected argument 'me'", nil),
            (["evaluate"], "missing argument: RUN|FILE", "evaluate"),
            (["evaluate", "--model-file", "m", "n"], "unexpected argument 'n'", "evaluate"),
            (["predict", "a.png"], "missing argument: IMAGE...", "predict"),
            (["predict"], "missing argument: RUN|FILE", "predict"),
            (["predict", "--model-file", "m"], "missing argument: IMAGE...", "predict"),
            (
                ["--batch-size", "3"], "unrecognized option '--batch-size' (did you mean '--global-batch'?)",
                "train"
            ),
            (["eval", "runs/a"], "unknown command 'eval' (did you mean 'evaluate'?)", nil),
            (["visualize", "--model-file", "m"], "option '--out' is required", "visualize"),
            (
                ["visualize", "--model-file", "m", "--out", "o", "--index", "-1"],
                "--index: must be from 0 to 1000000000, found -1", "visualize"
            ),
            (
                ["evaluate", "--model-file", "m", "--limit", "9"], "option '--limit' needs --logits FILE",
                "evaluate"
            ),
            (
                ["evaluate", "--model", "x"], "unrecognized option '--model' (did you mean '--model-file'?)",
                "evaluate"
            ),
        ] as [([String], String, String?)])
    func refusals(arguments: [String], message: String, verb: String?) {
        let error = #expect(throws: UsageError.self) { try Command(parsing: arguments, environment: [:]) }
        #expect(error?.message == message)
        #expect(
            error?.hint == "Try 'trainer \(verb.map { "\($0) " } ?? "")--help' for more information.")
    }

    @Test func operandsWhereAVerbTakesThem() throws {
        let toy = Verb(
            program: "trainer", name: "toy", summary: "", options: [],
            operands: Verb.Operands(placeholder: "FILE...", count: 1...2),
            sections: [], examples: [],
            command: { (arguments: Verb.Arguments) in .help(arguments.operands.joined(separator: " ")) })
        func parse(_ words: [String]) throws(UsageError) -> Command {
            try toy.parse(words[...], environment: [:], help: { _ in "" })
        }
        #expect(try parse(["-", "--", "-x"]) == .help("- -x"))
        #expect(
            throws: UsageError(
                "missing argument: FILE...", hint: "Try 'trainer toy --help' for more information.")
        ) {
            try parse([])
        }
        #expect(throws: UsageError.self) { try parse(["a", "b", "c"]) }
        #expect(toy.help(of: trainer).hasPrefix("Usage: trainer toy [OPTIONS] FILE...\n"))
    }

    private func train(_ arguments: [String], environment: [String: String] = [:]) throws -> TrainOptions {
        let command = try Command(parsing: arguments, environment: environment)
        guard case .train(let options) = command else {
            Issue.record("expected train, got \(command)")
            return TrainOptions()
        }
        return options
    }
}
