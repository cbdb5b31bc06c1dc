import Testing

@testable import Runs
@testable import Training

/// The world size is an execution detail: the same model, metrics and checkpoints, bit for bit.
@Suite(.timeLimit(.minutes(10))) struct WorldSizeTests {
    static let jobs: [Settings] = [
        Settings.quick,
        Settings.quick.with(["model": "mlp", "shards": 5, "checkpoint_every": 2, "keep_last": 9]),
        Settings.quick.with(["model": "lstm", "hidden_size": 12, "eval_every": 3, "schedule": "cosine"]),
        // Batches of three samples in eight shards, so most shards are empty; the last batch has one sample.
        Settings.quick.with(["global_batch": 3, "max_steps": 25]),
        Settings.quick.with([
            "model": "mlp", "global_batch": 64, "shards": 17, "nesterov": true, "warmup_steps": 3,
        ]),
        Settings.quick.with(["model": "mlp", "dropout": 0.4]),
        Settings.quick.with(["model": "lstm", "hidden_size": 9, "dropout": 0.2, "shards": 7]),
        Settings.quick.with(["model": "row-generator", "hidden_size": 9, "eval_every": 3]),
        Settings.quick.with([
            "model": "digit-reader", "hidden_size": 9, "digits": 2, "dropout": 0.2, "eval_every": 3,
        ]),
        Settings.quick.with(["model": "cnn", "max_steps": 2, "bucket_size": 16]),
        Settings.quick.with(["shards": 6, "momentum": 0, "weight_decay": 0.01, "seed": 9]),
        Settings.quick.with(["model": "mlp", "optimizer": "lamb", "decay_biases": false]),
        Settings.quick.with([
            "model": "mlp", "optimizer": "rmsprop", "momentum": 0.5, "centered": true,
            "schedule": "one-cycle",
        ]),
    ]

    @Test(arguments: jobs)
    func everyWorldSizeGivesTheSameBytes(settings: Settings) throws {
        let workshop = try Workshop()
        try workshop.train("alone", settings)
        for ranks in 1...5 {
            try workshop.train("ranks-\(ranks)", ranks: ranks, settings)
            try workshop.expectSame("alone", "ranks-\(ranks)", checkpoints: true)
        }
    }

    @Test func oneShardIsForOneRank() throws {
        let workshop = try Workshop()
        let settings = Settings.quick.with(["shards": 1])
        try workshop.train("alone", settings)
        try workshop.train("one", ranks: 1, settings)
        try workshop.expectSame("alone", "one", checkpoints: true)
        let attempt = workshop.attempt("two", ranks: 2, settings)
        #expect(attempt.everyRankEnded(with: .environment))
        #expect(attempt.message.contains("2 ranks cannot share 1 shards"))
    }

    /// Otherwise the comparisons could not fail.
    @Test(
        arguments: [
            ["seed": 2], ["shards": 7], ["lr": 0.06], ["global_batch": 21],
            ["optimizer": "lamb"],
        ] as [Settings])
    func anotherConfigurationGivesOtherBytes(change: Settings) throws {
        let workshop = try Workshop()
        try workshop.train("one", Settings.quick)
        try workshop.train("other", Settings.quick.with(change))
        let isSame =
            try workshop.bytes("one", "model.safetensors") == workshop.bytes("other", "model.safetensors")
        #expect(!isSame)
    }

    @Test func aRunLearns() throws {
        let workshop = try Workshop(train: 300, test: 100)
        let attempt = try workshop.train(
            "run", ranks: 2, Settings.quick.with(["max_steps": 60, "json": true]))
        let result = try #require(attempt.output.last)
        #expect(result.contains(#""correct":100,"total":100"#), "\(result)")
    }

    @Test func metricsHoldReproducibleValuesOnly() throws {
        let workshop = try Workshop()
        try workshop.train("run", ranks: 3, Settings.quick)
        let lines = try workshop.text("run", "metrics.jsonl").split(separator: "\n")
        // Steps 2, 4, … 10 are logged; epochs end at 4 and 8, the run at 11.
        #expect(lines.count == 5 + 3)
        for word in ["time", "seconds", "rank", workshop.folder.path] {
            #expect(lines.allSatisfy { !$0.contains(word) })
        }
        #expect(lines.last?.contains(#""kind":"eval","step":11,"epoch":3,"samples":200"#) == true)
    }
}
