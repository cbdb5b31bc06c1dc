import Formats
import Testing

@testable import Runs
@testable import Training

/// Settings that a resumed run changes are told and recorded.
@Suite(.timeLimit(.minutes(10))) struct HistoryTests {
    static let settings = Settings.quick.with([
        "schedule": "constant", "lr": 0.2, "checkpoint_every": 4, "keep_last": 9, "max_steps": 4,
    ])
    static let longer: Settings = ["resume": "auto", "max_steps": 9]
    let workshop: Workshop

    init() throws {
        workshop = try Workshop()
        try workshop.train("run", Self.settings)
    }

    @Test(arguments: 0...3)
    func aChangeIsToldAndRecorded(ranks: Int) throws {
        let attempt = try workshop.train(
            "run", ranks: ranks, Self.longer.with(["lr": 0.05, "log_every": 1]))
        #expect(
            try workshop.text("run", "history.jsonl") == """
                {"step":4,"key":"max_steps","from":4,"to":9}
                {"step":4,"key":"lr","from":0.2,"to":0.05}
                {"step":4,"key":"log_every","from":2,"to":1}

                """)
        for line in [
            "resumed at step 4 of 9",
            "resumed with other settings: max_steps 4 → 9, lr 0.2 → 0.05, log_every 2 → 1",
            "the learning rate of step 5 is 0.05; before the changes it would have been 0.2",
        ] {
            #expect(attempt.lines.contains(line), "\(line) in \(attempt.lines)")
        }
        #expect(try workshop.metrics("run").last { $0.kind == "train" }?["lr"]?.doubleValue == 0.05)
    }

    @Test func whatStaysIsNotTold() throws {
        let attempt = try workshop.train("run", Self.settings.with(["resume": "auto"]))
        #expect(!attempt.lines.contains { $0.contains("other settings") })
        #expect(throws: (any Error).self) { try workshop.bytes("run", "history.jsonl") }
    }

    /// Its lines belong to the course of the run: what it goes back on goes.
    @Test func whatTheRunGoesBackOnIsTakenBack() throws {
        try workshop.train("run", Self.longer.with(["lr": 0.1]))  // at 4
        try workshop.train("run", ["resume": "auto", "lr": 0.05, "max_steps": 12])  // at 9
        let atFour =
            #"{"step":4,"key":"max_steps","from":4,"to":9}"# + "\n"
            + #"{"step":4,"key":"lr","from":0.2,"to":0.1}"# + "\n"
        let older: Settings = ["resume": .string(workshop.checkpoint("run", step: 8))]
        let back = try workshop.train("run", older.with(["lr": 0.3]))
        #expect(back.lines.contains("lr 0.05, set at step 9, is not set any more"), "\(back.lines)")
        #expect(
            try workshop.text("run", "history.jsonl")
                == atFour + #"{"step":8,"key":"lr","from":0.1,"to":0.3}"# + "\n")
        // Asked for twice at one step, it is there once.
        try workshop.train("run", older.with(["lr": 0.3]))
        #expect(try workshop.text("run", "history.jsonl").split(separator: "\n").count == 3)
        let same = try workshop.train("run", older.with(["lr": 0.3]))
        #expect(!same.lines.contains { $0.contains("not set any more") }, "\(same.lines)")
        let first: Settings = ["resume": .string(workshop.checkpoint("run", step: 4))]
        try workshop.train("run", first)
        #expect(try workshop.text("run", "history.jsonl") == "")
    }

    /// A schedule that begins to matter is told with its own settings.
    @Test func anotherSchedule() throws {
        let attempt = try workshop.train("run", Self.longer.with(["schedule": "step", "gamma": 0.5]))
        #expect(
            attempt.lines.contains {
                $0.hasSuffix("schedule constant → step, step_size none → third, gamma none → 0.5")
                    || $0.contains("schedule constant → step") && $0.contains("gamma none → 0.5")
            }, "\(attempt.lines)")
    }

    @Test func anEventTellsItToo() throws {
        let attempt = try workshop.train("run", Self.longer.with(["lr": 0.05, "json": true]))
        let start = try #require(attempt.output.map { JSONLine($0) }.first { $0["event"] == "start" })
        #expect(
            start["changes"]?.text == """
                [{"key":"max_steps","from":4,"to":9},{"key":"lr","from":0.2,"to":0.05}]
                """)
    }

    /// `--max-steps` that is less than the run has taken: it is done, and says so.
    @Test(arguments: [0, 1, 3])
    func aRunPastItsLengthIsDone(ranks: Int) throws {
        try workshop.train("run", Self.longer)
        let attempt = try workshop.train("run", ranks: ranks, ["resume": "auto", "max_steps": 5])
        #expect(
            attempt.lines.contains("nothing is left to train: the run has taken 9 steps, and is asked for 5"),
            "\(attempt.lines)")
        #expect(!attempt.lines.contains { $0.hasPrefix("resumed at step") })
        #expect(attempt.output[0].hasPrefix("trained      0 steps in 0.0 s; 9 since the run began\n"))
    }

    @Test func stepsOfThisProcessAreCounted() throws {
        let attempt = try workshop.train("run", ranks: 2, Self.longer)
        #expect(attempt.output[0].hasPrefix("trained      5 steps in "), "\(attempt.output)")
        #expect(attempt.output[0].contains("; 9 since the run began\n"))
        let whole = try workshop.train("whole", Self.settings)
        #expect(whole.output[0].hasPrefix("trained      4 steps in ") && !whole.output[0].contains("since"))
    }
}
