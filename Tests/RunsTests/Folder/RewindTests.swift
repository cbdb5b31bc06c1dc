import Formats
import Foundation
import Testing

@testable import Runs
@testable import Training

/// A run that goes on loses nothing that it need not, and nothing at all on the way to a failure.
@Suite(.timeLimit(.minutes(10))) struct RewindTests {
    static let settings = Settings.quick.with(["checkpoint_every": 3, "keep_last": 9, "log_every": 1])
    static let onwards = settings.with(["resume": "auto"])
    let workshop: Workshop
    var run: String { workshop.path("run") }

    /// A run that was stopped at step 7 of 11.
    init() throws {
        workshop = try Workshop()
        try workshop.train("run", Self.settings.with(["max_steps": 7]))
    }

    private func older(_ step: Int) -> Settings {
        Self.settings.with(["resume": .string(workshop.checkpoint("run", step: step))])
    }

    private func write(_ name: String, _ change: ([UInt8]) -> [UInt8]) throws {
        try workshop.folder.write("run/\(name)", change(workshop.bytes("run", name)))
    }

    /// With a changed byte in the third line.
    private static func damaged(_ bytes: [UInt8]) -> [UInt8] {
        var bytes = bytes
        let ends = bytes.indices.filter { bytes[$0] == UInt8(ascii: "\n") }
        bytes[ends[1] + 1] ^= 0x80
        return bytes
    }

    @Test(arguments: [0, 3])
    func anOlderStepWithDamagedMetricsLeavesAllInPlace(ranks: Int) throws {
        try write("metrics.jsonl", Self.damaged)
        let before = try workshop.files("run")
        let attempt = workshop.attempt("run", ranks: ranks, older(6))
        #expect(attempt.everyRankEnded(with: .badData))
        for words in ["run/metrics.jsonl: 1 of its lines is damaged", "later steps", "--resume auto"] {
            #expect(attempt.message.contains(words), "\(attempt.message)")
        }
        let isUntouched = try workshop.files("run") == before
        #expect(isUntouched)
    }

    @Test func metricsThatCannotBeReadEndTheRunUntouched() throws {
        try FileManager.default.removeItem(atPath: run + "/metrics.jsonl")
        #expect(mkfifo(run + "/metrics.jsonl", 0o600) == 0)
        let attempt = workshop.attempt("run", ranks: 2, Self.onwards)
        #expect(attempt.everyRankEnded(with: .inputMissing))
        #expect(attempt.message.contains("metrics.jsonl: expected a file"), "\(attempt.message)")
        #expect(RunStatus(of: RunFolder(path: run))?.state == .done)
        #expect(try workshop.checkpoints("run").count == 3)
    }

    /// The model is as if nothing had happened, and the sound lines are kept.
    @Test(arguments: [0, 3])
    func damagedMetricsAreMovedAside(ranks: Int) throws {
        try write("metrics.jsonl", Self.damaged)
        let damaged = try workshop.bytes("run", "metrics.jsonl")
        let attempt = try workshop.train("run", ranks: ranks, Self.onwards)
        #expect(attempt.warnings.count == 1)
        #expect(attempt.warnings[0].contains("1 of its lines is damaged: moved to"), "\(attempt.warnings)")
        #expect(try workshop.bytes("run", "metrics.jsonl.damaged") == damaged)
        try workshop.train("whole", Self.settings)
        try expectSameModel()
        let (kept, all) = (
            try workshop.text("run", "metrics.jsonl"), try workshop.text("whole", "metrics.jsonl")
        )
        let lines = kept.split(separator: "\n")
        #expect(Set(lines).isSubset(of: all.split(separator: "\n")))
        #expect(lines.count == all.split(separator: "\n").count - 1)
        // And the next time there is nothing left to tell.
        #expect(try workshop.train("run", Self.onwards.with(["max_steps": 13])).warnings == [])
    }

    /// Every line is one still, but a digit is another: timing.jsonl tells in which.
    @Test(arguments: [0, 3], [true, false])
    func aChangedDigitIsTold(ranks: Int, hasTiming: Bool) throws {
        let digits = UInt8(ascii: "0")...UInt8(ascii: "9")
        try write("metrics.jsonl") { bytes in
            var bytes = bytes
            let loss = bytes.firstRange(of: Array("\"loss\":".utf8))!.upperBound + 2
            #expect(digits ~= bytes[loss])
            bytes[loss] = bytes[loss] == digits.lowerBound ? digits.upperBound : bytes[loss] - 1
            return bytes
        }
        if !hasTiming { try FileManager.default.removeItem(atPath: run + "/timing.jsonl") }
        let changed = try workshop.bytes("run", "metrics.jsonl")
        let attempt = try workshop.train("run", ranks: ranks, Self.onwards)
        #expect(attempt.warnings.count == 1)
        let words = hasTiming ? "1 of its lines is damaged" : "not what the run had written up to step 7"
        #expect(attempt.warnings[0].contains(words), "\(attempt.warnings)")
        #expect(try workshop.bytes("run", "metrics.jsonl.damaged") == changed)
        try workshop.train("whole", Self.settings)
        try expectSameModel()
        let all = try workshop.text("whole", "metrics.jsonl").split(separator: "\n")
        let kept = try workshop.text("run", "metrics.jsonl").split(separator: "\n")
        #expect(Set(kept).subtracting(all).count == (hasTiming ? 0 : 1))
        #expect(kept.count == all.count - (hasTiming ? 1 : 0))
        #expect(try workshop.train("run", Self.onwards.with(["max_steps": 13])).warnings == [])
    }

    @Test(arguments: [("gone", 0), ("cut", 1), ("empty", 0)], [0, 2])
    func metricsThatAreLostDoNotBlockTheRun(loss: (how: String, lines: Int), ranks: Int) throws {
        switch loss.how {
        case "gone": try FileManager.default.removeItem(atPath: run + "/metrics.jsonl")
        case "cut": try write("metrics.jsonl") { Array($0.prefix($0.count / 6)) }
        default: try write("metrics.jsonl") { _ in [] }
        }
        let attempt = try workshop.train("run", ranks: ranks, Self.onwards)
        #expect(attempt.warnings.count == 1)
        let words = loss.lines == 0 ? "it is \(loss.how)" : "it ends at step \(loss.lines)"
        #expect(
            attempt.warnings[0].contains(
                "metrics.jsonl: \(words), and what the run had written up to step 7 is"))
        try workshop.train("whole", Self.settings)
        try expectSameModel()
        let steps = try workshop.metrics("run").filter { $0.kind == "train" }.map(\.step)
        #expect(steps == (1...11).filter { $0 <= loss.lines || $0 > 7 })
        // A step from before the loss is still there to go back to, in another folder.
        let elsewhere = try workshop.train("new", ranks: ranks, older(3))
        #expect(elsewhere.warnings == [])
    }

    /// As an editor leaves them.
    @Test(arguments: ["metrics.jsonl", "timing.jsonl"])
    func aMissingLastNewlineIsNoLoss(name: String) throws {
        let length = try Checkpoint(path: workshop.checkpoint("run", step: 7)).metricsLength
        try write(name) { Array(name == "metrics.jsonl" ? $0.prefix(length - 1) : $0.dropLast()) }
        #expect(try workshop.train("run", Self.onwards).warnings == [])
        try workshop.train("whole", Self.settings)
        try workshop.expectSame("whole", "run")
        let timing = try workshop.text("run", "timing.jsonl").split(separator: "\n")
        #expect(timing.allSatisfy { JSONLine($0).step != nil })
    }

    @Test func timingThatIsTornOrDamagedDoesNotBlockTheRun() throws {
        try write("timing.jsonl") { Self.damaged($0) + Array("{\"kind\":\"tr".utf8) }
        let attempt = try workshop.train("run", ranks: 2, Self.onwards)
        #expect(attempt.warnings.count == 1)
        #expect(
            attempt.warnings[0].contains("timing.jsonl: 1 of its lines is damaged"), "\(attempt.warnings)")
        try workshop.train("whole", Self.settings)
        try workshop.expectSame("whole", "run")
    }

    /// It may be sound, for all one knows.
    @Test(arguments: [0, 2])
    func aCheckpointThatCannotBeReadIsLeftAlone(ranks: Int) throws {
        let newest = workshop.checkpoint("run", step: 7)
        try FileManager.default.removeItem(atPath: newest)
        #expect(mkfifo(newest, 0o600) == 0)
        let attempt = try workshop.train("run", ranks: ranks, Self.onwards.with(["keep_last": 1]))
        #expect(
            attempt.warnings.contains { $0.contains("\(newest): it cannot be read, and is left as it is") })
        #expect(
            try workshop.checkpoints("run") == ["step-00000007.safetensors", "step-00000011.safetensors"])
        try workshop.train("whole", Self.settings)
        try workshop.expectSame("whole", "run")
    }

    /// A checkpoint of the same step is published beside it.
    @Test func whatStandsInTheWayIsMovedAside() throws {
        let newest = workshop.checkpoint("run", step: 7)
        try FileManager.default.removeItem(atPath: newest)
        #expect(mkfifo(newest, 0o600) == 0)
        try workshop.train("run", Self.onwards.with(["max_steps": 7]))
        #expect(
            try workshop.checkpoints("run").suffix(2)
                == ["step-00000007.safetensors", "step-00000007.safetensors.unreadable"])
        #expect(throws: Never.self) { try Checkpoint(path: newest) }
    }

    @Test func aDamagedCheckpointIsMovedAside() throws {
        let name = "checkpoints/step-00000007.safetensors"
        try write(name) { Array($0.dropLast(10)) }
        let damaged = try workshop.bytes("run", name)
        let attempt = try workshop.train("run", ranks: 3, Self.onwards)
        #expect(attempt.warnings.contains { $0.contains("it is damaged: moved to \(run)/\(name).damaged") })
        #expect(try workshop.bytes("run", name + ".damaged") == damaged)
        // Another of that name does not take its place.
        try FileManager.default.removeItem(atPath: workshop.checkpoint("run", step: 11))
        try workshop.folder.write("run/\(name)", [1, 2, 3])
        try workshop.folder.write("run/checkpoints/step-00000009.safetensors", [1, 2, 3])
        try workshop.train("run", Self.onwards)
        #expect(try workshop.bytes("run", name + ".damaged") == damaged)
        #expect(try workshop.bytes("run", name + ".damaged.2") == [1, 2, 3])
        try workshop.train("whole", Self.settings)
        try workshop.expectSame("whole", "run")
    }

    /// Only whoever goes on changes anything.
    @Test func whoOnlyReadsMovesNothing() throws {
        try write("checkpoints/step-00000007.safetensors") { Array($0.dropLast(10)) }
        try FileManager.default.removeItem(atPath: run + "/model.safetensors")
        let before = try workshop.files("run")
        #expect(try ModelReference(article, path: run).file == workshop.checkpoint("run", step: 6))
        try workshop.train("run", Self.onwards.with(["dry_run": true]))
        let isUntouched = try workshop.files("run") == before
        #expect(isUntouched)
    }

    /// What a kill left half written goes; what belongs to others stays.
    @Test func temporaryFilesAreSwept() throws {
        let ours = [
            "model.safetensors.tmp.77", "config.json.tmp.8", "status.json.tmp.12345",
            "checkpoints/step-00000009.safetensors.tmp.77",
        ]
        let others = [
            "logits.safetensors.tmp.77", "notes.tmp.77", "model.safetensors.tmp.x", "checkpoints/notes.txt",
            "model.safetensors.tmp.",
        ]
        for name in ours + others { try workshop.folder.write("run/\(name)", [1]) }
        try workshop.train("run", ranks: 2, Self.onwards)
        let names = try workshop.files("run").keys
        #expect(names.filter(ours.contains) == [])
        #expect(names.filter(others.contains).sorted() == others.sorted())
    }

    private func expectSameModel() throws {
        let isSame =
            try workshop.bytes("whole", "model.safetensors") == workshop.bytes("run", "model.safetensors")
        #expect(isSame)
    }
}
