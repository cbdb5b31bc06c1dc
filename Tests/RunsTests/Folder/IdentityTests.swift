import Formats
import Foundation
import Testing

@testable import Runs
@testable import Training

/// A run is its data and the first values of what its steps depend on: that and nothing else.
@Suite(.timeLimit(.minutes(10))) struct IdentityTests {
    static let settings = Settings.quick.with([
        "schedule": "constant", "lr": 0.05, "checkpoint_every": 4, "keep_last": 9,
    ])
    let workshop: Workshop

    init() throws {
        workshop = try Workshop()
        try workshop.train("run", ranks: 2, Self.settings)
    }

    private func id(_ run: String) throws -> String? {
        try JSON(parsing: workshop.bytes(run, "run.json"))["run_id"]?.stringValue
    }

    @Test(arguments: 0...3)
    func folderCheckpointsAndModelCarryIt(ranks: Int) throws {
        try workshop.train("other", ranks: ranks, Self.settings)
        #expect(try workshop.bytes("other", "run.json") == workshop.bytes("run", "run.json"))
        let id = try #require(try id("other"))
        #expect(id.count == 64)
        for file in ["model.safetensors", "checkpoints/step-00000004.safetensors"] {
            let told = try SafeTensorsFile(path: "\(workshop.path("other"))/\(file)").metadata["run_id"]
            #expect(told == id, "\(file)")
        }
    }

    /// Lengths, cadences and ways of computing the same bits.
    @Test(
        arguments: [
            ["max_steps": 3], ["epochs": 2], ["checkpoint_every": 1], ["keep_last": 1], ["log_every": 1],
            ["eval_every": 2], ["verify_every": 1], ["bucket_size": 1], ["schedule_epochs": 1],
        ] as [Settings])
    func whatNoStepDependsOnTakesNoPart(change: Settings) throws {
        try workshop.train("other", Self.settings.with(change))
        #expect(try id("other") == id("run"))
    }

    static let others: [Settings] = [
        ["lr": 0.01], ["seed": 2], ["model": "mlp"], ["momentum": 0.5], ["global_batch": 10], ["shards": 4],
        ["schedule": "cosine"], ["warmup_steps": 2], ["clip_norm": 1], ["weight_decay": 0.1],
        ["on_nan": "skip"], ["spike_factor": 5],
        ["reduction": "mpi"],
    ]

    @Test(arguments: others)
    func whatStepsDependOnMakesAnotherRun(change: Settings) throws {
        try workshop.train("other", Self.settings.with(change))
        #expect(try id("other") != id("run"))
    }

    @Test func soDoOtherData() throws {
        let id = try id("run")
        try workshop.folder.writeDigits(seed: 2)
        try workshop.train("other", Self.settings)
        #expect(try self.id("other") != id)
    }

    @Test func aScheduleThatReadsTheLengthTellsRunsOfOtherLengthsApart() throws {
        for (run, epochs) in [("two", 2), ("three", 3)] {
            try workshop.train(
                run,
                Self.settings.with(["schedule": "cosine", "epochs": .integer(epochs), "max_steps": .null]))
        }
        #expect(try id("two") != id("three"))
    }

    /// Newer than the folder's own, sound, and of another run.
    @Test(arguments: [0, 1, 2, 3], [["seed": 2], ["model": "mlp"], ["lr": 0.01]] as [Settings])
    func aStrangersCheckpointIsRefused(ranks: Int, change: Settings) throws {
        try workshop.train("stranger", Self.settings.with(change).with(["max_steps": 15]))
        let copied = workshop.checkpoint("run", step: 15)
        try FileManager.default.copyItem(atPath: workshop.checkpoint("stranger", step: 15), toPath: copied)
        let before = try workshop.files("run")
        for settings: Settings in [["resume": "auto"], ["resume": .string(copied)]] {
            let attempt = workshop.attempt("run", ranks: ranks, settings.with(["max_steps": 20]))
            #expect(attempt.everyRankEnded(with: .badData))
            let difference = change.json.objectValue!.members[0]
            for words in [
                copied, "is of run \(try id("stranger")!.prefix(12))",
                "its \(difference.key) is \(difference.value.text)",
                "--resume FILE in another --run-dir",
            ] {
                #expect(attempt.message.contains(words), "\(words) in: \(attempt.message)")
            }
            let isUntouched = try workshop.files("run") == before
            #expect(isUntouched)
        }
        // In a folder of its own it goes on; and so does the run, once the stranger is gone.
        try workshop.train("new", ranks: ranks, ["resume": .string(copied), "max_steps": 20])
        #expect(try id("new") == id("stranger"))
        try FileManager.default.removeItem(atPath: copied)
        try workshop.train("run", ranks: ranks, Self.settings.with(["resume": "auto", "max_steps": 13]))
    }

    /// With other settings it is another run, and the same one whoever makes it.
    @Test func aBranchIsARunOfItsOwn() throws {
        let checkpoint: Settings = ["resume": .string(workshop.checkpoint("run", step: 8))]
        for (run, ranks) in [("branch", 0), ("again", 3)] {
            try workshop.train(run, ranks: ranks, Self.settings.with(checkpoint).with(["lr": 0.01]))
        }
        try workshop.train("other", Self.settings.with(checkpoint).with(["lr": 0.02]))
        try workshop.train("same", Self.settings.with(checkpoint).with(["keep_last": 2]))
        #expect(try id("branch") == id("again"))
        #expect(try Set([id("run"), id("branch"), id("other")]).count == 3)
        #expect(try id("same") == id("run"))
        try workshop.expectSame("branch", "again", checkpoints: true)
        let parent = try JSON(parsing: workshop.bytes("branch", "run.json"))["parent"]
        #expect(try parent?["run_id"]?.stringValue == id("run") && parent?["step"]?.intValue == 8)
        let isSame =
            try workshop.bytes("same", "model.safetensors") == workshop.bytes("run", "model.safetensors")
        #expect(isSame)
    }

    /// Checkpoints of before runs had identities have that of a run with their settings and data.
    @Test(arguments: [0, 2])
    func olderCheckpointsGoOn(ranks: Int) throws {
        try workshop.train("old", Self.settings.with(["max_steps": 7]))
        try FileManager.default.removeItem(atPath: workshop.path("old") + "/run.json")
        for name in try workshop.checkpoints("old") {
            try workshop.rewrite("old/checkpoints/\(name)", metadata: "run_id", to: nil)
        }
        try workshop.train("old", ranks: ranks, Self.settings.with(["resume": "auto"]))
        try workshop.expectSame("old", "run")
        #expect(try workshop.bytes("old", "run.json") == workshop.bytes("run", "run.json"))
    }

    @Test func aRunFileThatTellsNothingIsAnError() throws {
        try workshop.folder.write("run/run.json", Array("{}".utf8))
        let attempt = workshop.attempt("run", ranks: 2, Self.settings.with(["resume": "auto"]))
        #expect(attempt.everyRankEnded(with: .badData))
        #expect(attempt.message.contains("run.json: expected a run's identity"), "\(attempt.message)")
    }

    /// A file that says otherwise than its name is passed over by `auto`, and refused by its path.
    @Test func aCheckpointUnderAnotherStepsNameIsNotValid() throws {
        let renamed = workshop.checkpoint("run", step: 40)
        try FileManager.default.copyItem(atPath: workshop.checkpoint("run", step: 4), toPath: renamed)
        let attempt = workshop.attempt(
            "new", ranks: 2, Self.settings.with(["resume": .string(renamed)]))
        #expect(attempt.everyRankEnded(with: .badData))
        #expect(attempt.message.contains("holds step 4, and not step 40 as its name says"))
        let again = try workshop.train("run", ranks: 2, Self.settings.with(["resume": "auto"]))
        #expect(again.warnings.count == 2 && again.warnings[0].contains("holds step 4"), "\(again.warnings)")
    }
}
