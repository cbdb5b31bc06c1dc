import Formats
import Testing

@testable import Runs
@testable import Training

@Suite struct ConfigurationTests {
    @Test func defaultsAreThoseOfTheModel() throws {
        let defaults = try Configuration(layers: [])
        #expect(defaults == Configuration(model: .lstm))
        #expect(defaults["hidden_size"] == 100 && defaults.globalBatch == 128 && defaults.shards == 8)
        #expect(defaults.epochs == nil && defaults.maxSteps == nil && defaults.seed == 1)
        #expect(defaults.keepLast == 3 && defaults.logEvery == 50 && defaults.verifyEvery == 100)
        #expect(defaults.data == "data/mnist" && defaults.reduction == .tree && defaults.warmupSteps == 0)
        for model in article.models {
            let chosen = try Configuration(layers: [try layer(["model": .string(model.name)])])
            #expect(chosen.learningRate == model.tuned.learningRate)
            #expect(chosen.optimizer == model.tuned.optimizer && chosen.schedule == model.tuned.schedule)
            #expect(chosen["momentum"] == (chosen.optimizer == .sgd ? 0.9 : nil))
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
        #expect(seed.learningRate == 0.01 && seed["momentum"] == 0.0 && seed.schedule == .constant)

        let other = try Configuration(layers: [try layer(["epochs": 1, "model": "mlp"]), recipe])
        #expect(other.epochs == 1 && other.model == .mlp)
        #expect(other.learningRate == 0.01, "the recipe's rate, not that of the mlp")

        let none = try Configuration(layers: [recipe, try layer(["recipe": "none"])])
        #expect(none == Configuration())
    }

    @Test func adamHasPyTorchsDefaultsWhereTheModelIsTunedForAnother() throws {
        for model in article.models where model.tuned.optimizer == .sgd {
            let adam = try Configuration(layers: [
                try layer(["model": .string(model.name), "optimizer": "adam"])
            ])
            #expect(
                adam.learningRate == 0.001 && !adam.reads("momentum") && !adam.reads("nesterov")
                    && adam.weightDecay == 0)
            #expect(adam["beta1"] == 0.9 && adam["beta2"] == 0.999 && adam.clipNorm == nil)
        }
        // A model tuned for Adam keeps its width and length under SGD.
        let sgd = try Configuration(layers: [try layer(["model": "digit-reader", "optimizer": "sgd"])])
        #expect(sgd.learningRate == 0.1 && sgd["momentum"] == 0.9 && sgd["hidden_size"] == 128)
        let adamw = try Configuration(layers: [try layer(["optimizer": "adamw", "lr": 0.01, "clip_norm": 2])])
        #expect(adamw.learningRate == 0.01 && adamw.weightDecay == 0.01 && adamw.clipNorm == 2)
        // Its own config.json repeats a run.
        let written = try SettingsLayer(.object(adamw.trajectoryJSON), from: "config.json")
        #expect(try Configuration(layers: [written]) == adamw)
    }

    @Test(
        arguments: [
            (
                ["optimizer": "adam", "momentum": 0.9],
                "test: momentum: read only with --optimizer sgd, rmsprop, not with adam"
            ),
            (
                ["optimizer": "adamw", "nesterov": true],
                "test: nesterov: read only with --optimizer sgd, not with adamw"
            ),
            (["beta2": 0.99], "test: beta2: read only with --optimizer adam, adamw, lamb, not with sgd"),
            (
                ["model": "rnn", "nesterov": false],
                "test: nesterov: read only with --optimizer sgd, not with adam"
            ),
            (
                ["model": "cnn", "hidden_size": 100],
                "test: hidden_size: read only with --model lstm, gru, rnn, row-generator, digit-reader, not with cnn"
            ),
            (["digits": 3], "test: digits: read only with --model digit-reader, not with lstm"),
            (
                ["model": "perceptron", "dropout": 0],
                "test: dropout: read only with --model lstm, gru, rnn, cnn, lenet5, mlp, row-generator, "
                    + "digit-reader, not with perceptron"
            ),
            (["step_size": 9], "test: step_size: read only with --schedule step, not with cosine"),
            (["gamma": 0.1], "test: gamma: read only with --schedule step, not with cosine"),
        ] as [(JSON, String)])
    func settingsThatNothingReadsAreRefused(json: JSON, message: String) {
        let error = #expect(throws: UsageError.self) {
            try Configuration(layers: [try SettingsLayer(json, from: "test")])
        }
        #expect(error?.message == message)
        #expect(error?.hint?.hasPrefix("Leave it out, or choose another --") == true)
    }

    /// What every network, optimizer and schedule lists is what it reads, and nothing else is asked for.
    @Test(arguments: article.models, article.optimizers)
    func everythingChosenIsMade(model: ModelDescriptor, optimizer: OptimizerDescriptor) throws {
        for schedule in article.schedules {
            let configuration = Configuration(article, model: model, optimizer: optimizer, schedule: schedule)
            let shape = try configuration.samples(of: .mnist)
            _ = try configuration.makeModel(for: shape)
            _ = try configuration.makeOptimizer()
            _ = try configuration.makeSchedule(totalSteps: 10)
        }
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
        configuration["step_size"] = 5
        configuration.seed = UInt64(Int.max)
        configuration.recipe = "seed"
        configuration.resume = .file("a.safetensors")
        configuration.runDir = "runs/a"
        let written = try JSON(parsing: Array(JSON.object(configuration.fullJSON).prettyText.utf8))
        #expect(try Configuration(layers: [try SettingsLayer(written, from: "config.json")]) == configuration)
        let unread = ["hidden_size", "dropout", "digits", "beta1", "beta2", "alpha", "centered"]
        #expect(
            configuration.fullJSON.keys == Configuration.settings.map(\.key).filter { !unread.contains($0) })
    }

    @Test func theTrajectoryKnowsNoPathsAndNoOutput() throws {
        let (keys, all) = (Configuration().trajectoryJSON.keys, Configuration().fullJSON.keys)
        let others = [
            "data", "run_dir", "resume", "extend", "mirror", "dry_run", "quiet", "json", "threads",
            "bucket_size", "progress", "timeout", "max_time", "chaos",
        ]
        #expect(keys == all.filter { !others.contains($0) })
        #expect(keys.first == "model")
    }

    /// A property without a field could not be set by anyone.
    @Test func everyPropertyHasAField() {
        // The catalog and the own settings are no settings; those have fields of their own.
        let all = [
            article.models.map(\.settings), article.optimizers.map(\.settings),
            article.schedules.map(\.settings), article.sinks.map(\.settings),
        ]
        let own = Set(all.joined().joined().map(\.setting.key))
        #expect(
            Mirror(reflecting: Configuration()).children.count - 2 + own.count == Configuration.fields.count)
        #expect(Set(Configuration.settings.map(\.key)).count == Configuration.fields.count)
    }

    @Test func theRateDropsAfterEachThirdOfTheRunByDefault() throws {
        for (asked, total, first) in [(nil, 900, 300), (nil, 100, 34), (nil, 1, 1), (10, 900, 10)] {
            var configuration = Configuration()
            configuration.schedule = .step
            configuration["step_size"] = asked
            let schedule = try configuration.makeSchedule(totalSteps: total)
            #expect(schedule.rate(at: first - 1, of: total) == configuration.learningRate)
            #expect(abs(schedule.rate(at: first, of: total) - 0.1 * configuration.learningRate) < 1e-12)
        }
    }

    @Test(
        arguments: [
            (["momentum": 0, "nesterov": true], "f: nesterov: needs momentum, and f: momentum is 0")
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
        var wider = Configuration(model: .lstm)
        wider["hidden_size"] = 7
        #expect(wider.conflicts(with: Configuration(model: .lstm)).map(\.setting) == ["--hidden-size"])
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
