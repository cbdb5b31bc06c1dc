import Collectives
import Formats
import Testing

@testable import Runs
@testable import Training

/// A run that is to go on longer takes another course only where somebody says so.
@Suite(.timeLimit(.minutes(10))) struct ExtensionTests {
    /// Two epochs of four steps.
    static let settings = Settings.quick.with([
        "schedule": "cosine", "lr": 0.1, "epochs": 2, "max_steps": .null, "log_every": 1,
        "checkpoint_every": 3,
        "keep_last": 9,
    ])
    static let longer: Settings = ["resume": "auto", "epochs": 4]
    let workshop: Workshop

    init() throws {
        workshop = try Workshop()
        try workshop.train("run", ranks: 2, Self.settings)
    }

    private func rates(_ run: String) throws -> [Double] {
        try workshop.metrics(run).filter { $0.kind == "train" }.compactMap { $0["lr"]?.doubleValue }
    }

    @Test(arguments: 0...3)
    func aFinishedCosineIsNotStretchedWithoutAWord(ranks: Int) throws {
        let before = try workshop.files("run")
        let attempt = workshop.attempt("run", ranks: ranks, Self.longer)
        #expect(attempt.everyRankEnded(with: .usage))
        for words in ["cosine", "spread over 2 epochs", "with 4", "--extend hold", "--extend stretch"] {
            #expect(attempt.message.contains(words), "\(attempt.message)")
        }
        let isUntouched = try workshop.files("run") == before
        #expect(isUntouched)
    }

    @Test func norIsOneThatStillRuns() throws {
        try workshop.train("half", Self.settings.with(["max_steps": 5]))
        #expect(workshop.attempt("half", Self.longer).everyRankEnded(with: .usage))
        // The most steps only decide where a run ends, not how the rate goes.
        try workshop.train("half", ["resume": "auto", "max_steps": 8])
        try workshop.expectSame("half", "run")
    }

    @Test(arguments: [["schedule": "cosine"], ["schedule": "step"]] as [Settings], [0, 1, 3])
    func holdKeepsTheLastRate(schedule: Settings, ranks: Int) throws {
        let settings = Self.settings.with(schedule)
        try workshop.train("held", settings)
        let before = try rates("held")
        let attempt = try workshop.train("held", ranks: ranks, Self.longer.with(["extend": "hold"]))
        #expect(try rates("held") == before + [Double](repeating: before[7], count: 8))
        #expect(
            attempt.lines.contains(
                "the schedule stays spread over 2 epochs; after them its last rate, \(before[7]), is held"),
            "\(attempt.lines)")
        // As a run that began so, and whatever is resumed from it.
        try workshop.train("begun", settings.with(["schedule_epochs": 2, "epochs": 4]))
        try workshop.expectSame("held", "begun")
        try workshop.train("again", ranks: ranks, settings)
        for steps in [10, 16] {  // the same command, given twice
            try workshop.train(
                "again", Self.longer.with(["extend": "hold", "max_steps": .integer(steps)]))
        }
        try workshop.expectSame("again", "held")
    }

    @Test func stretchSpreadsItAnew() throws {
        let attempt = try workshop.train("run", ranks: 3, Self.longer.with(["extend": "stretch"]))
        #expect(
            attempt.lines.contains("the schedule is spread over 4 epochs instead of 2"), "\(attempt.lines)")
        #expect(attempt.lines.contains { $0.hasPrefix("the learning rate of step 9 is 0.05") })
        try workshop.train("begun", Self.settings.with(["epochs": 4]))
        #expect(try rates("run")[8...] == rates("begun")[8...])
        #expect(
            try workshop.text("run", "history.jsonl") == #"{"step":8,"key":"epochs","from":2,"to":4}"# + "\n")
        // A schedule that was held is stretched on request, and goes on being held otherwise.
        try workshop.train("run", ["resume": "auto", "epochs": 5, "extend": "hold"])
        try workshop.train("run", ["resume": "auto", "epochs": 6])
        #expect(try Set(rates("run")[16...]).count == 1)
        let last = try workshop.train("run", ["resume": "auto", "epochs": 7, "extend": "stretch"])
        #expect(last.lines.contains("the schedule is spread over 7 epochs instead of 4"), "\(last.lines)")
    }

    /// Where the rate does not depend on the length there is nothing to say, and no bit differs from a run never stopped.
    @Test(
        arguments: [
            ["schedule": "constant"], ["schedule": "step", "step_size": 3],
            ["schedule": "constant", "warmup_steps": 3],
        ] as [Settings])
    func aScheduleThatDoesNotReadTheLengthIsExtended(change: Settings) throws {
        let settings = Self.settings.with(change)
        try workshop.train("short", ranks: 2, settings)
        try workshop.train("short", ranks: 3, Self.longer)
        try workshop.train("whole", settings.with(["epochs": 4]))
        try workshop.expectSame("short", "whole")
        for file in ["run.json", "checkpoints/step-00000016.safetensors"] {
            let isSame = try workshop.bytes("short", file) == workshop.bytes("whole", file)
            #expect(isSame, "\(file)")
        }
    }

    @Test func lengthsFollowOneAnother() {
        func length(_ epochs: Int, _ spread: Int?) -> RunLength {
            RunLength(epochs: epochs, scheduleEpochs: spread)
        }
        #expect(length(4, nil).following(length(2, nil), by: nil) == nil)
        #expect(length(4, nil).following(length(2, nil), by: .hold) == length(4, 2))
        #expect(length(4, 3).following(length(4, 3), by: .hold) == length(4, 3))
        #expect(length(6, 3).following(length(4, 3), by: nil) == length(6, 3))
        #expect(length(6, 6).following(length(4, 3), by: nil) == length(6, 6))  // said by --schedule-epochs
        #expect(length(6, 3).following(length(4, 3), by: .stretch) == length(6, nil))
        #expect(length(2, nil).following(length(4, nil), by: nil) == length(2, nil))
    }
}
