import Collectives
import Formats
import Synchronization
import Testing

@testable import Runs
@testable import Training

/// `--keep-best`: the checkpoint of the best evaluation stays, whatever becomes of the others.
@Suite(.timeLimit(.minutes(10))) struct BestCheckpointTests {
    /// Its accuracy rises and falls.
    static let settings = Settings.quick.with([
        "checkpoint_every": 4, "eval_every": 1, "keep_last": 1, "keep_best": true, "lr": 0.9,
        "max_steps": 16,
    ])
    let workshop: Workshop
    init() throws { workshop = try Workshop() }

    /// The steps of a run's checkpoints, oldest first.
    private func steps(_ run: String) throws -> [Int] {
        try RunFolder(path: workshop.path(run)).checkpoints.steps().reversed()
    }

    /// The first of the evaluations with the highest accuracy, up to a step.
    private func best(_ run: String, upTo last: Int = .max) throws -> Int? {
        var best: (step: Int, accuracy: Double)?
        for line in try workshop.metrics(run) where line.kind == "eval" {
            let (step, accuracy) = (try #require(line.step), try #require(line["accuracy"]?.doubleValue))
            if step <= last, accuracy > best?.accuracy ?? -1 { best = (step, accuracy) }
        }
        return best?.step
    }

    @Test(arguments: [0, 3])
    func theBestIsKeptBesideTheLast(ranks: Int) throws {
        let attempt = try workshop.train("run", ranks: ranks, Self.settings)
        let best = try #require(try best("run"))
        #expect(best < 16, "the best is the last: another --lr")
        #expect(try steps("run") == [best, 16])
        #expect(RunStatus(of: RunFolder(path: workshop.path("run")))?.bestStep == best)
        #expect(
            attempt.output.last?.contains("best         \(workshop.checkpoint("run", step: best))") == true)
        // It holds what was evaluated.
        let hash = try workshop.metrics("run").first { $0.kind == "eval" && $0.step == best }?["state_sha256"]
        let job = try TrainingJob(
            workshop.configuration(run: "run", Self.settings), world: LocalCommunicator(), checkpoint: nil)
        let digest = try job.digest(of: Checkpoint(path: workshop.checkpoint("run", step: best)))
        #expect(digest.hexadecimal == hash?.stringValue)
    }

    @Test func withoutTheFlagItGoes() throws {
        try workshop.train("run", Self.settings.with(["keep_best": false]))
        #expect(try steps("run") == [16])
        #expect(RunStatus(of: RunFolder(path: workshop.path("run")))?.bestStep == nil)
    }

    /// The training is the same.
    @Test func theFlagChangesNoBit() throws {
        try workshop.train("run", Self.settings)
        try workshop.train("plain", Self.settings.with(["keep_best": false]))
        try workshop.expectSame("plain", "run")
    }

    /// Stopped anywhere, and gone on with on another number of ranks.
    @Test(arguments: 1...15)
    func aResumeForgetsNothing(step: Int) throws {
        try workshop.train("whole", ranks: 2, Self.settings)
        let asked = Mutex(0)
        let attempt = workshop.attempt("run", ranks: step % 4, Self.settings) { rank in
            guard rank == 0 else { return .none }
            let isLast: @Sendable () -> Bool = {
                asked.withLock { count in
                    count += 1
                    return count == step
                }
            }
            return Requests(stop: isLast, takeSave: { false }, cutsEvaluation: { false })
        }
        #expect(attempt.everyRankEnded(with: .resumable))
        #expect(try steps("run") == Set([try #require(try best("run")), step]).sorted())
        try workshop.train("run", ranks: (step + 1) % 3, Self.settings.with(["resume": "auto"]))
        try workshop.expectSame("whole", "run", checkpoints: true)
    }

    /// Gone back to any checkpoint that is kept.
    @Test func aStepBackForgetsNothing() throws {
        let settings = Self.settings.with(["keep_last": 3])
        try workshop.train("whole", ranks: 2, settings)
        for step in try steps("whole") {
            try workshop.train("run-\(step)", settings)
            let checkpoint = workshop.checkpoint("run-\(step)", step: step)
            try workshop.train(
                "run-\(step)", ranks: 3,
                settings.with(["resume": .string(checkpoint), "max_steps": .integer(step)]))
            let kept = try steps("run-\(step)")
            #expect(kept.contains(try #require(try best("run-\(step)"))), "at step \(step): \(kept)")
            try workshop.train("run-\(step)", settings.with(["resume": "auto"]))
            #expect(try steps("run-\(step)").contains(try #require(try best("whole"))))
            try workshop.expectSame("whole", "run-\(step)")
        }
    }

    /// A new best does not send away the one that a step back would need.
    @Test func theBestUpToTheOldestIsKept() throws {
        let settings = Self.settings.with(["checkpoint_every": 1, "keep_last": 9, "max_steps": 4])
        try workshop.train("run", settings)
        let best = BestEvaluations()
        let store = CheckpointStore(folder: workshop.path("other"))
        try Files.createDirectory(store.folder)
        let folder = CheckpointFolder(store, keepLast: 2, best: best)
        for (step, accuracy) in [(1, 0.5), (2, 0.4), (3, 0.4), (4, 0.7)] {
            best.note(step: step, accuracy: accuracy, loss: 1)
            try folder.save(Files.read(workshop.checkpoint("run", step: step)), step: step)
        }
        #expect(try store.steps() == [4, 3, 1])
    }

    /// The best of those that are there.
    @Test func theFlagMayComeLater() throws {
        try workshop.train("run", Self.settings.with(["keep_best": false, "keep_last": 9, "max_steps": 10]))
        let there = try steps("run")
        try workshop.train("run", Self.settings.with(["resume": "auto"]))
        let accuracies = try workshop.metrics("run").filter { $0.kind == "eval" }.map {
            (step: try #require($0.step), accuracy: try #require($0["accuracy"]?.doubleValue))
        }
        let candidates = accuracies.filter { there.contains($0.step) || $0.step > 10 }
        let most = candidates.map(\.accuracy).max()
        let expected = candidates.first { $0.accuracy == most }
        #expect(try steps("run") == Set([try #require(expected).step, 16]).sorted())
    }
}
