import Collectives
import Synchronization
import Testing

@testable import Runs
@testable import Training

/// Counts steps: the trainer asks once in each whether to stop.
private final class StepCount: Sendable {
    let steps = Atomic(0)

    func next() -> Bool {
        steps.add(1, ordering: .relaxed)
        return false
    }
}

/// A run that is asked to stop while it is evaluated.
@Suite(.timeLimit(.minutes(10))) struct EvaluationStopTests {
    let workshop: Workshop
    init() throws { workshop = try Workshop() }

    /// Cuts the evaluation after a step short, by a request to one rank.
    private func attempt(
        _ run: String, ranks: Int, asked: Int, afterStep step: Int, _ settings: Settings
    ) -> Attempt {
        let count = StepCount()
        return workshop.attempt(run, ranks: ranks, settings) { rank in
            if rank != asked { return .none }
            return Requests(
                stop: { count.next() }, takeSave: { false },
                cutsEvaluation: { count.steps.load(ordering: .relaxed) >= step })
        }
    }

    /// Evaluations are after steps 4, 8 and 11, the last; checkpoints after those, or others.
    @Test(
        arguments: [(0, 0), (2, 1), (3, 2), (3, 0)], [4, 8, 11])
    func allStopAndTheEvaluationIsRepeated(
        world: (ranks: Int, asked: Int), step: Int
    ) throws {
        for every in [4, 100] {
            let settings = Settings.quick.with(["checkpoint_every": .integer(every), "keep_last": 9])
            let run = "run-\(every)"
            let attempt = attempt(
                run, ranks: world.ranks, asked: world.asked, afterStep: step, settings)
            #expect(attempt.everyRankEnded(with: .resumable))
            for error in attempt.errors { #expect((error as? RequestedStop)?.step == step) }
            #expect(try workshop.checkpoints(run).last?.contains("\(step).safetensors") == true)
            let evaluated = try workshop.metrics(run).filter { $0.kind == "eval" }.compactMap(\.step)
            #expect(!evaluated.contains(step))

            let resumed = (world.ranks + 2) % 4
            try workshop.train(run, ranks: resumed, settings.with(["resume": "auto"]))
            try workshop.train("whole-\(every)", settings)
            try workshop.expectSame("whole-\(every)", run, checkpoints: every == 4)
        }
    }
}
