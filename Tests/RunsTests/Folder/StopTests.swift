import Synchronization
import Testing

@testable import Runs
@testable import Training

/// Asks one rank, once its step has begun so many times.
private final class Request: Sendable {
    private let steps = Atomic(0)
    private let after: Int

    init(afterSteps after: Int) { self.after = after }

    /// The trainer asks once a step, before it adds the gradients.
    func isMade() -> Bool { steps.add(1, ordering: .relaxed).newValue == after }
}

@Suite(.timeLimit(.minutes(10))) struct StopTests {
    let workshop: Workshop
    init() throws { workshop = try Workshop() }

    private func attempt(_ run: String, ranks: Int, stopping asked: Int, at step: Int) -> Attempt {
        let request = Request(afterSteps: step)
        return workshop.attempt(run, ranks: ranks, Settings.quick) { rank in
            Requests(
                stop: { rank == asked && request.isMade() }, takeSave: { false },
                cutsEvaluation: { false })
        }
    }

    @Test(arguments: [(1, 0), (2, 1), (3, 1), (5, 4), (4, 0)], [1, 5, 8, 10])
    func oneRankIsAskedAndAllStopAtTheSameStep(world: (ranks: Int, asked: Int), step: Int) throws {
        let attempt = attempt("run", ranks: world.ranks, stopping: world.asked, at: step)
        #expect(attempt.everyRankEnded(with: .resumable))
        for error in attempt.errors {
            let stop = try #require(error as? RequestedStop)
            #expect(
                "\(stop)"
                    == "stopped at step \(step) of 11; go on with: trainer --run-dir \(workshop.path("run")) --resume auto"
            )
        }
        #expect(try workshop.checkpoints("run").last?.contains("\(step).safetensors") == true)
        #expect(throws: (any Error).self) { try workshop.bytes("run", "model.safetensors") }

        try workshop.train("run", ranks: 3, Settings.quick.with(["resume": "auto"]))
        try workshop.train("whole", Settings.quick)
        try workshop.expectSame("whole", "run")
    }

    /// At the last step there is nothing left to stop.
    @Test func aRequestDuringTheLastStepChangesNothing() throws {
        #expect(attempt("run", ranks: 3, stopping: 2, at: 11).everyRankEnded(with: .done))
    }

    @Test func aRequestToSaveBringsACheckpointAndGoesOn() throws {
        let request = Request(afterSteps: 5)
        let attempt = workshop.attempt("run", ranks: 3, Settings.quick.with(["keep_last": 9])) { rank in
            Requests(
                stop: { false }, takeSave: { rank == 2 && request.isMade() },
                cutsEvaluation: { false })
        }
        #expect(attempt.everyRankEnded(with: .done))
        let steps = [4, 5, 8].map { "step-0000000\($0).safetensors" } + ["step-00000011.safetensors"]
        #expect(try workshop.checkpoints("run") == steps)
        try workshop.train("whole", Settings.quick)
        try workshop.expectSame("whole", "run")
    }

    @Test(arguments: [1, 2, 4])
    func divergenceStopsEveryRankAndKeepsCheckpoints(ranks: Int) throws {
        let settings = Settings.quick.with(["model": "mlp"])
        try workshop.train("run", ranks: ranks, settings.with(["max_steps": 5]))
        let before = try (workshop.checkpoints("run"), workshop.bytes("run", "model.safetensors"))
        let attempt = workshop.attempt(
            "run", ranks: ranks, settings.with(["lr": 1e30, "resume": "auto", "checkpoint_every": 100]))
        #expect(attempt.everyRankEnded(with: .failed))
        let first = try #require(attempt.errors[0] as? TrainingError)
        guard case .diverged(let step, _, _) = first else { throw first }
        #expect((6...11).contains(step))
        #expect(attempt.errors.allSatisfy { ($0 as? TrainingError)?.description == first.description })
        #expect(first.description.contains("diverged at step \(step)") && first.description.contains("--lr"))
        #expect(try workshop.checkpoints("run") == before.0)
        #expect(try workshop.bytes("run", "model.safetensors") == before.1)
    }
}
