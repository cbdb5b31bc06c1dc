import Determinism
import Formats
import Foundation
import TestSupport
import Testing

@testable import Runs
@testable import Training

/// Stopped and resumed anywhere, on any number of ranks, equals never stopped, bit for bit.
@Suite(.timeLimit(.minutes(10))) struct ResumeTests {
    static let settings = Settings.quick.with([
        "model": "mlp", "checkpoint_every": 3, "keep_last": 9, "eval_every": 5,
    ])
    let workshop: Workshop

    init() throws {
        workshop = try Workshop()
        try workshop.train("whole", ranks: 2, Self.settings)
    }

    /// Four steps make an epoch: 4 and 8 are ends of epochs, the others lie within; 3 and 6 bring a checkpoint anyway.
    @Test(arguments: 1...10)
    func onceAtAnyStep(step: Int) throws {
        try workshop.train("run", ranks: step % 4, Self.settings.with(["max_steps": .integer(step)]))
        try workshop.train("run", ranks: (step + 1) % 4, Self.settings.with(["resume": "auto"]))
        try workshop.expectSame("whole", "run")
    }

    /// Masks, noise and strips are functions of step and epoch: nothing of them needs to be saved.
    @Test(
        arguments: [
            ["model": "mlp", "dropout": 0.4], ["model": "lstm", "hidden_size": 9, "dropout": 0.2],
            ["model": "row-generator", "hidden_size": 9, "dropout": 0.1],
            ["model": "digit-reader", "hidden_size": 9, "digits": 2],
            ["model": "digit-reader", "hidden_size": 9, "dropout": 0.3],
        ] as [Settings])
    func ofWhatDrawsRandomNumbers(change: Settings) throws {
        let settings = Settings.quick.with(["checkpoint_every": 3, "schedule": "constant"]).with(change)
        try workshop.train("drawn", ranks: 3, settings)
        for step in [2, 5] {
            try workshop.train("run-\(step)", settings.with(["max_steps": .integer(step)]))
            try workshop.train("run-\(step)", ranks: 2, settings.with(["resume": "auto"]))
            try workshop.expectSame("drawn", "run-\(step)")
        }
    }

    @Test(arguments: [(2, 7, 3), (5, 9, 4), (1, 4, 5)])
    func twice(first: Int, second: Int, ranks: Int) throws {
        try workshop.train("run", Self.settings.with(["max_steps": .integer(first)]))
        try workshop.train(
            "run", ranks: ranks, Self.settings.with(["max_steps": .integer(second), "resume": "auto"]))
        try workshop.train("run", ranks: 2, Self.settings.with(["resume": "auto"]))
        try workshop.expectSame("whole", "run")
    }

    @Test func ofARunThatIsDoneChangesNothing() throws {
        let before = try workshop.bytes("whole", "model.safetensors")
        let metrics = try workshop.bytes("whole", "metrics.jsonl")
        try workshop.train("whole", ranks: 3, Self.settings.with(["resume": "auto"]))
        #expect(try workshop.bytes("whole", "model.safetensors") == before)
        #expect(try workshop.bytes("whole", "metrics.jsonl") == metrics)
    }

    /// As checkpoints of 0.1 do, which knew no more than labels and sequences.
    @Test func fromACheckpointThatTellsFewerNumbers() throws {
        try workshop.train("run", Self.settings.with(["max_steps": 5]))
        for name in ["top5_labels", "top5_correct", "absolute_error", "numbers"] {
            try workshop.rewrite(
                "run/checkpoints/step-00000005.safetensors", metadata: "window_\(name)", to: nil)
        }
        try workshop.train("run", ranks: 2, Self.settings.with(["resume": "auto"]))
        try workshop.expectSame("whole", "run")
    }

    @Test func aCheckpointWhoseNumbersAreNoneIsRefused() throws {
        try workshop.train("run", Self.settings.with(["max_steps": 5]))
        let name = "run/checkpoints/step-00000005.safetensors"
        try workshop.rewrite(name, metadata: "window_correct", to: "many")
        let attempt = workshop.attempt(
            "run", ranks: 2, Self.settings.with(["resume": .string(workshop.path(name))]))
        #expect(attempt.everyRankEnded(with: .badData))
        #expect(
            attempt.message.contains("expected a number from 0 to 2^53 for 'window_correct', found 'many'"))
    }

    @Test(arguments: [3, 6, 9])
    func fromAnOlderCheckpointInItsFolder(step: Int) throws {
        try workshop.train("run", Self.settings.with(["max_steps": 10]))
        let checkpoint = "\(workshop.path("run"))/checkpoints/step-0000000\(step).safetensors"
        try workshop.train("run", ranks: 3, Self.settings.with(["resume": .string(checkpoint)]))
        try workshop.expectSame("whole", "run")
    }

    /// The run is then at step 7, and what came of step 8 to 10 before is no part of it.
    @Test func fromAnOlderCheckpointThenFromTheNewest() throws {
        try workshop.train("run", Self.settings.with(["max_steps": 10]))
        let checkpoint = "\(workshop.path("run"))/checkpoints/step-00000006.safetensors"
        try workshop.train("run", Self.settings.with(["resume": .string(checkpoint), "max_steps": 7]))
        #expect(try workshop.checkpoints("run").last == "step-00000007.safetensors")
        try workshop.train("run", ranks: 2, Self.settings.with(["resume": "auto"]))
        try workshop.expectSame("whole", "run")
    }

    /// A new folder has the same model and the lines from there on.
    @Test(arguments: [3, 6])
    func fromACheckpointIntoANewFolder(step: Int) throws {
        let checkpoint = "\(workshop.path("whole"))/checkpoints/step-0000000\(step).safetensors"
        try workshop.train("new", ranks: 3, Self.settings.with(["resume": .string(checkpoint)]))
        #expect(
            try workshop.bytes("new", "model.safetensors") == workshop.bytes("whole", "model.safetensors"))
        let lines = try workshop.text("whole", "metrics.jsonl").split(separator: "\n")
        let later = try lines.filter { try #require(JSONLine($0).step) > step }
        #expect(try workshop.text("new", "metrics.jsonl").split(separator: "\n") == later)
    }

    @Test func autoWithNothingStartsAtTheBeginning() throws {
        try workshop.train("run", Self.settings.with(["resume": "auto"]))
        try workshop.expectSame("whole", "run")
    }

    /// Lines are about steps 2, 4, … 10: one follows the third step at once, one is the sixth's.
    @Test(arguments: [3, 6])
    func timingIsCutBackToo(step: Int) throws {
        try workshop.train("run", Self.settings.with(["max_steps": 10]))
        let checkpoint = workshop.checkpoint("run", step: step)
        try workshop.train("run", ranks: 2, Self.settings.with(["resume": .string(checkpoint)]))
        let steps = try workshop.text("run", "timing.jsonl").split(separator: "\n").map { JSONLine($0).step }
        let expected = try workshop.text("whole", "timing.jsonl").split(separator: "\n").map {
            JSONLine($0).step
        }
        #expect(steps == expected)
    }

    @Test(
        arguments: [
            (["model": "perceptron"], "--model is \"perceptron\" here but \"mlp\" in the checkpoint"),
            (["seed": 7], "--seed is 7 here but 1"), (["shards": 4], "--shards is 4 here but 8"),
            (["global_batch": 7], "--global-batch is 7 here but 20"),
            (["products": "openblas"], "--products is \"openblas\" here but \"own\" in the checkpoint"),
        ] as [(Settings, String)])
    func refusesAnotherRunsSettings(change: Settings, message: String) throws {
        let attempt = workshop.attempt(
            "whole", ranks: 3, Self.settings.with(change).with(["resume": "auto"]))
        #expect(attempt.everyRankEnded(with: .usage))
        #expect(attempt.message.contains("step-00000011.safetensors: cannot resume"))
        #expect(attempt.message.contains(message), "\(attempt.message)")
    }

    /// `--momentum 0` excludes the default network's Nesterov momentum, but the checkpoint is of another network; and
    /// a step size needs the schedule that stands in the checkpoint alone.
    @Test(arguments: [["weight_decay": 0.1, "momentum": 0], ["step_size": 3]] as [Settings])
    func settingsAreJudgedTogetherWithTheCheckpoints(change: Settings) throws {
        let settings = Self.settings.with(["schedule": "step", "momentum": 0, "max_steps": 5])
        try workshop.train("run", settings)
        let attempt = try workshop.train("run", ranks: 2, change.with(["resume": "auto", "max_steps": 8]))
        #expect(attempt.everyRankEnded(with: .done))
    }

    @Test func refusesOtherData() throws {
        try workshop.folder.writeDigits(seed: 2)
        let attempt = workshop.attempt("whole", ranks: 2, Self.settings.with(["resume": "auto"]))
        #expect(attempt.everyRankEnded(with: .badData))
        #expect(attempt.message.contains("trained on data with SHA-256"), "\(attempt.message)")
        #expect(attempt.message.contains("name the same data with --data"))
    }

    /// nil: it names no version, as files of version 1 do not.
    @Test(arguments: [nil, "1", "3", "5"], [0, 3])
    func refusesAnotherArithmetic(version: String?, ranks: Int) throws {
        try workshop.train("run", Self.settings.with(["max_steps": 10]))
        for name in try workshop.checkpoints("run") {
            try workshop.rewrite("run/checkpoints/\(name)", metadata: "arithmetic", to: version)
        }
        let before = try workshop.files("run")
        let newest = workshop.checkpoint("run", step: 10)
        for resume in ["auto", newest] {
            let attempt = workshop.attempt(
                "run", ranks: ranks, Self.settings.with(["resume": .string(resume)]))
            #expect(attempt.everyRankEnded(with: .badData))
            let reason =
                "its run computes with arithmetic \(version ?? "1"), this program with \(arithmeticVersion)"
            for words in [newest, reason, "finish it with the version of the program that began it"] {
                #expect(attempt.message.contains(words), "\(attempt.message)")
            }
            let isUntouched = try workshop.files("run") == before
            #expect(isUntouched)
        }
        // But its weights are weights.
        let replica = try ModelFile.load(newest, article).replica
        let weights = try SafeTensorsFile(path: workshop.path("run") + "/model.safetensors").floats(
            "fc1.weight")
        let isSame = Array(replica.parameters.values.prefix(weights.count)) == weights
        #expect(isSame)
    }

    @Test func anArithmeticThatIsNoNumberIsNoCheckpoint() throws {
        try workshop.rewrite("whole/checkpoints/step-00000011.safetensors", metadata: "arithmetic", to: "two")
        let error = #expect(throws: FileError.self) {
            try Checkpoint(path: workshop.checkpoint("whole", step: 11))
        }
        #expect(error?.description.contains("expected a number for 'arithmetic', found 'two'") == true)
    }

    /// Files of this program name it; a trained model is good under any.
    @Test(arguments: [nil, "1", "3", "5"])
    func aModelOfAnotherArithmeticIsLoaded(version: String?) throws {
        let path = workshop.path("whole") + "/model.safetensors"
        #expect(try SafeTensorsFile(path: path).metadata["arithmetic"] == "\(arithmeticVersion)")
        let expected = try ModelFile.load(path, article).replica.parameters.values
        try workshop.rewrite("whole/model.safetensors", metadata: "arithmetic", to: version)
        let isSame = try ModelFile.load(path, article).replica.parameters.values == expected
        #expect(isSame)
    }
}
