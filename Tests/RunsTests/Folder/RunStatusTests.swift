import Collectives
import Formats
import Foundation
import Synchronization
import Testing

@testable import Runs
@testable import Training

/// `status.json`: what launchers and schedulers go by.
@Suite(.timeLimit(.minutes(10))) struct RunStatusTests {
    let workshop: Workshop
    init() throws { workshop = try Workshop() }

    private func standing(_ run: String) -> RunStatus? { RunStatus(of: RunFolder(path: workshop.path(run))) }

    @Test(arguments: [0, 3])
    func aFinishedRunIsDone(ranks: Int) throws {
        try workshop.train("run", ranks: ranks, Settings.quick)
        let status = try #require(standing("run"))
        #expect(status.state == .done && status.exitStatus == .done)
        #expect(status.step == 11 && status.totalSteps == 11 && status.checkpointStep == 11)
        #expect(status.modelHash == SHA256.hex(of: try workshop.bytes("run", "model.safetensors")))
        #expect(try workshop.metrics("run").last?["state_sha256"]?.stringValue == status.stateHash)
        #expect(status.pid == Int(getpid()) && status.time == "2026-01-02T03:04:05Z" && status.cause == nil)
        let text = try workshop.text("run", "status.json")
        #expect(text.contains(#""state": "done""#) && text.contains(#""exit_status": 0"#))
    }

    @Test(arguments: [1, 3])
    func aStoppedRunSaysSo(ranks: Int) throws {
        let attempt = workshop.attempt("run", ranks: ranks, Settings.quick.with(["checkpoint_every": 3])) {
            _ in
            let asked = Mutex(0)
            return Requests(
                stop: {
                    asked.withLock { count in
                        count += 1
                        return count == 5
                    }
                }, takeSave: { false }, cutsEvaluation: { false })
        }
        #expect(attempt.everyRankEnded(with: .resumable))
        let status = try #require(standing("run"))
        #expect(status.state == .stopped && status.exitStatus == .resumable)
        #expect((1..<11).contains(status.step) && status.totalSteps == 11)
        #expect(status.checkpointStep == status.step && status.modelHash == nil)
        #expect(status.cause?.contains("step \(status.step) of 11") == true, "\(status)")
        #expect(try workshop.checkpoints("run").last?.hasSuffix("\(status.step).safetensors") == true)
    }

    @Test(arguments: [1, 3])
    func aFailedRunSaysWhy(ranks: Int) throws {
        let attempt = workshop.attempt(
            "run", ranks: ranks, Settings.quick.with(["lr": 1e30, "model": "mlp"]))
        #expect(attempt.everyRankEnded(with: .failed))
        let status = try #require(standing("run"))
        #expect(status.state == .failed && status.exitStatus == .failed)
        #expect(status.cause?.contains("diverged") == true && status.checkpointStep == nil)
    }

    /// A fault of the disk while the folder is being made.
    @Test func aRunThatCannotWriteSaysWhy() throws {
        try FileManager.default.createDirectory(
            atPath: workshop.path("run") + "/env.json", withIntermediateDirectories: true)
        try workshop.folder.write("run/config.json", Array("{}".utf8))
        let attempt = workshop.attempt("run", ranks: 2, Settings.quick.with(["resume": "auto"]))
        #expect(attempt.everyRankEnded(with: .cannotCreate))
        let status = try #require(standing("run"))
        #expect(status.state == .failed && status.exitStatus == .cannotCreate)
        #expect(status.cause?.contains("env.json") == true)
    }

    /// The older end is withdrawn before the first step, and the newer one names another model.
    @Test(arguments: [0, 2])
    func goingOnWithdrawsTheEnd(ranks: Int) throws {
        try workshop.train("run", Settings.quick)
        let before = try #require(standing("run"))
        let during = Mutex<RunStatus?>(nil)
        let attempt = workshop.attempt(
            "run", ranks: ranks, Settings.quick.with(["max_steps": 14, "resume": "auto"])
        ) { rank in
            if rank == 0 { during.withLock { $0 = standing("run") } }
            return .none
        }
        #expect(attempt.everyRankEnded(with: .done))
        let running = try #require(during.withLock { $0 })
        #expect(running.state == .running && running.exitStatus == nil && running.modelHash == nil)
        #expect(running.step == 11 && running.checkpointStep == 11 && running.totalSteps == 14)
        let after = try #require(standing("run"))
        #expect(after.state == .done && after.step == 14 && after.modelHash != before.modelHash)
    }

    /// A run that is refused has not gone on.
    @Test func aRefusalLeavesTheEnd() throws {
        try workshop.train("run", Settings.quick)
        let before = try workshop.files("run")
        for change: Settings in [["seed": 3], ["model": "mlp"]] {
            let attempt = workshop.attempt(
                "run", ranks: 2, Settings.quick.with(change).with(["resume": "auto"]))
            #expect(attempt.everyRankEnded(with: .usage))
            let isUntouched = try workshop.files("run") == before
            #expect(isUntouched)
        }
    }

    /// Each checkpoint is told of, as soon as it is written, while the next step is taken: whoever starts a run again sees
    /// that it gained steps.
    @Test func theNewestCheckpointIsTold() throws {
        let asked = Mutex(0)
        workshop.attempt("run", Settings.quick.with(["checkpoint_every": 2, "max_steps": 7])) { _ in
            Requests(
                stop: {
                    let step = asked.withLock { count in
                        count += 1
                        return count - 1
                    }
                    if step < 2 { #expect(standing("run")?.checkpointStep == nil) }
                    guard step >= 2, step % 2 == 0 else { return false }
                    for _ in 0..<2000 where standing("run")?.checkpointStep != step { usleep(5000) }
                    #expect(standing("run")?.checkpointStep == step)
                    return false
                }, takeSave: { false }, cutsEvaluation: { false })
        }
        #expect(asked.withLock { $0 } == 7)
    }

    /// Its checkpoints are gone, but not all that tells of them.
    @Test(
        arguments: [
            ([], "model.safetensors is there"),
            (["model.safetensors"], "status.json tells of one at step 11"),
            (["model.safetensors", "status.json"], "metrics.jsonl tells of step 11"),
            (["metrics.jsonl", "status.json", "config.json"], "model.safetensors is there"),
        ] as [([String], String)], [0, 3])
    func aRunWhoseCheckpointsAreGoneIsNotBegunAgain(loss: (files: [String], words: String), ranks: Int) throws
    {
        try workshop.train("run", Settings.quick)
        for name in loss.files + ["checkpoints"] {
            try FileManager.default.removeItem(atPath: "\(workshop.path("run"))/\(name)")
        }
        let before = try workshop.files("run")
        let attempt = workshop.attempt("run", ranks: ranks, Settings.quick.with(["resume": "auto"]))
        #expect(attempt.everyRankEnded(with: .integrity))
        for words in [workshop.path("run"), loss.words, "another --run-dir"] {
            #expect(attempt.message.contains(words), "\(attempt.message)")
        }
        let isUntouched = try workshop.files("run") == before
        #expect(isUntouched)
    }
}
