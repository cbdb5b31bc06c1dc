import Formats
import Testing

@testable import Runs
@testable import Training

@Suite struct ConfigurationTests {
    @Test func defaultsAreThoseOfTheModel() throws {
        let defaults = try Configuration(layers: [])
        #expect(defaults == Configuration(model: .lstm))
        #expect(defaults.hiddenSize == 100 && defaults.globalBatch == 128 && defaults.shards == 8)
        #expect(defaults.epochs == nil && defaults.maxSteps == nil && defaults.seed == 1)
        #expect(defaults.keepLast == 3 && defaults.logEvery == 50 && defaults.verifyEvery == 100)
        #expect(defaults.data == "data/mnist" && defaults.reduction == .tree && defaults.warmupSteps == 0)
        for model in ModelKind.allCases {
            let chosen = try Configuration(layers: [try layer(["model": .string(model.rawValue)])])
            #expect(chosen.learningRate == model.tuned.learningRate)
            #expect(chosen.momentum == model.tuned.momentum)
        }
    }

    @Test func laterLayersWin() throws {
        let checkpoint = try layer(["lr": 0.2, "epochs": 2, "log_every": 20])
        let file = try layer(["lr": 0.3, "epochs": 3])
        let flags = try layer(["lr": 0.4])
        let configuration = try Configuration(layers: [checkpoint, file, flags])
        #expect(configuration.learningRate == 0.4)
        #expect(configuration.epochs == 3)
        #expect(configuration.logEvery == 20)
    }

    @Test func aRecipeLiesBetweenDefaultsAndEverythingElse() throws {
        let recipe = try layer(["recipe": "seed"])
        let seed = try Configuration(layers: [recipe])
        #expect(seed.model == .lstm && seed.globalBatch == 32 && seed.epochs == 20)
        #expect(seed.learningRate == 0.01 && seed.momentum == 0 && seed.schedule == .constant)

        let other = try Configuration(layers: [try layer(["epochs": 1, "model": "mlp"]), recipe])
        #expect(other.epochs == 1 && other.model == .mlp)
        #expect(other.learningRate == 0.01, "the recipe's rate, not that of the mlp")

        let none = try Configuration(layers: [recipe, try layer(["recipe": "none"])])
        #expect(none == Configuration())
    }

    @Test func adamHasPyTorchsDefaultsWhereTheModelIsTunedForAnother() throws {
        for model in ModelKind.allCases where model.tuned.optimizer == .sgd {
            let adam = try Configuration(layers: [
                try layer(["model": .string(model.rawValue), "optimizer": "adam"])
            ])
            #expect(
                adam.learningRate == 0.001 && adam.momentum == 0 && !adam.nesterov && adam.weightDecay == 0)
            #expect(adam.beta1 == 0.9 && adam.beta2 == 0.999 && adam.clipNorm == nil)
        }
        // A model tuned for Adam keeps its width and length under SGD.
        let reader = ModelKind.digitReader.tuned
        let sgd = try Configuration(layers: [try layer(["model": "digit-reader", "optimizer": "sgd"])])
        #expect(sgd.learningRate == 0.1 && sgd.momentum == 0.9 && sgd.hiddenSize == reader.hiddenSize)
        let adamw = try Configuration(layers: [try layer(["optimizer": "adamw", "lr": 0.01, "clip_norm": 2])])
        #expect(adamw.learningRate == 0.01 && adamw.weightDecay == 0.01 && adamw.clipNorm == 2)
        // Its own config.json repeats a run, settings of other optimizers included.
        let written = try SettingsLayer(.object(adamw.trajectoryJSON), from: "config.json")
        #expect(try Configuration(layers: [written]) == adamw)
    }

    @Test(
        arguments: [
            (["optimizer": "adam", "momentum": 0.9], "test: momentum: has no meaning with --optimizer adam"),
            (
                ["optimizer": "adamw", "nesterov": true],
                "test: nesterov: has no meaning with --optimizer adamw"
            ),
            (["optimizer": "lamb", "momentum": 0.9], "test: momentum: has no meaning with --optimizer lamb"),
            (["beta2": 0.99], "test: beta2: has no meaning with --optimizer sgd"),
            (["model": "mlp", "beta1": 0.5], "test: beta1: has no meaning with --optimizer sgd"),
        ] as [(JSON, String)])
    func settingsOfOtherOptimizersAreRefused(json: JSON, message: String) {
        let error = #expect(throws: UsageError.self) {
            try Configuration(layers: [try SettingsLayer(json, from: "test")])
        }
        #expect(error?.message == message)
        #expect(error?.hint?.contains("or choose another --optimizer") == true)
    }

    @Test func nullAndItsWordUnset() throws {
        let below = try layer(["max_steps": 10, "eval_every": 7])
        let configuration = try Configuration(layers: [
            below, try layer(["max_steps": .null, "eval_every": "epoch"]),
        ])
        #expect(configuration.maxSteps == nil && configuration.evalEvery == nil)
    }

    @Test func theEnvironmentNamesTheData() throws {
        let environment = try SettingsLayer(environment: ["TRAINER_DATA": "/data", "TRAINER_EPOCHS": "9"])
        #expect(try Configuration(layers: [environment]).data == "/data")
        #expect(try Configuration(layers: [environment]).epochs == nil)
        #expect(try Configuration(layers: [environment, try layer(["data": "here"])]).data == "here")
        #expect(try SettingsLayer(environment: ["TRAINER_DATA": ""]).entries.isEmpty)
    }

    @Test func jsonReadsBackEqual() throws {
        var configuration = Configuration(model: .perceptron)
        configuration.maxSteps = 77
        configuration.learningRate = 0.1 + 0.2
        configuration.schedule = .step
        configuration.stepSize = 5
        configuration.seed = UInt64(Int.max)
        configuration.recipe = .seed
        configuration.resume = .file("a.safetensors")
        configuration.runDir = "runs/a"
        let written = try JSON(parsing: Array(JSON.object(configuration.fullJSON).prettyText.utf8))
        #expect(try Configuration(layers: [try SettingsLayer(written, from: "config.json")]) == configuration)
        #expect(configuration.fullJSON.keys == Configuration.settings.map(\.key))
    }

    @Test func theTrajectoryKnowsNoPathsAndNoOutput() throws {
        let keys = Configuration().trajectoryJSON.keys
        for key in ["data", "run_dir", "resume", "dry_run", "quiet", "json", "progress", "bucket_size"] {
            #expect(!keys.contains(key))
        }
        #expect(keys.count == Configuration.settings.count - 9)
        #expect(keys.first == "model")
    }

    /// A property without a field could not be set by anyone.
    @Test func everyPropertyHasAField() {
        #expect(Mirror(reflecting: Configuration()).children.count == Configuration.fields.count)
        #expect(Set(Configuration.settings.map(\.key)).count == Configuration.fields.count)
    }

    @Test func theRateDropsAfterEachThirdOfTheRunByDefault() {
        var configuration = Configuration()
        #expect(configuration.stepSize(totalSteps: 900) == 300)
        #expect(configuration.stepSize(totalSteps: 1) == 1)
        configuration.stepSize = 10
        #expect(configuration.stepSize(totalSteps: 900) == 10)
    }

    @Test(
        arguments: [
            (["momentum": 0, "nesterov": true], "f: nesterov: needs momentum, and f: momentum is 0"),
            (
                ["digits": 4, "model": "cnn"],
                "f: digits: used only by --model digit-reader, but the model is cnn"
            ),
            (
                ["dropout": 0.1, "model": "perceptron"],
                "f: dropout: a perceptron has no layer before its last whose outputs could be dropped"
            ),
            (["step_size": 9], "f: step_size: used only by --schedule step, but the schedule is cosine"),
            (
                ["gamma": 0.5, "schedule": "cosine"],
                "f: gamma: used only by --schedule step, but the schedule is cosine"
            ),
        ] as [(JSON, String)])
    func settingsThatExcludeEachOther(json: JSON, message: String) throws {
        let layer = try SettingsLayer(json, from: "f")
        let error = #expect(throws: UsageError.self) { try Configuration(layers: [layer]) }
        #expect(error?.message == message)
        #expect(error?.hint != nil)
    }

    @Test func aResumedRunKeepsWhatIsFixed() throws {
        let checkpoint = Configuration(model: .mlp)
        var resumed = checkpoint
        resumed.epochs = 50
        resumed.learningRate = 0.001
        resumed.reduction = .mpi
        try resumed.requireResumable(from: checkpoint, at: "a.safetensors")

        resumed.shards = 4
        resumed.model = .lstm
        #expect(resumed.conflicts(with: checkpoint).map(\.setting) == ["--model", "--shards"])
        let error = #expect(throws: UsageError.self) {
            try resumed.requireResumable(from: checkpoint, at: "a.safetensors")
        }
        #expect(
            error?.message
                == "a.safetensors: cannot resume: --model is \"lstm\" here but \"mlp\" in the checkpoint; "
                + "--shards is 4 here but 8 in the checkpoint")
        #expect(error?.hint?.contains("--model, --shards") == true)
        let fixed = Configuration.settings.filter { $0.scope == .fixedOnResume }.map(\.key)
        #expect(
            fixed == [
                "model", "hidden_size", "digits", "global_batch", "shards", "seed", "optimizer", "products",
            ])
    }

    private func layer(_ json: JSON) throws -> SettingsLayer {
        try SettingsLayer(json, from: "test")
    }
}
