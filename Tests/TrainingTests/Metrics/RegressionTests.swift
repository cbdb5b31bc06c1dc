import Collectives
import NN
import Samples
import TensorEngine
import Testing

@testable import Training

/// A network that tells numbers, measured by its errors.
@Suite(.timeLimit(.minutes(10))) struct RegressionTests {
    /// Sample k is the number k / 8; to be told are its double and its negative.
    private struct Line: SampleSource {
        let count: Int
        let shape = SampleShape(input: [1], target: .numbers([2]))

        func read(_ sample: Int, epoch: Int, into slot: SampleSlot) {
            slot.input[0] = Float(sample) / 8
            slot.numbers[0] = Float(sample) / 4
            slot.numbers[1] = -Float(sample) / 8
        }
    }

    private struct Regressor: Model {
        let fc = Linear(inputs: 1, outputs: 2)
        var children: KeyValuePairs<String, any Module> { ["fc": fc] }

        func outcome(of batch: Batch, mode: Mode) -> Outcome {
            let predictions = fc(batch.inputs)
            return Outcome(loss: meanSquaredError(predictions, batch.numbers), predictions: predictions)
        }
    }

    @Test func theErrorIsTheMeanDistanceAtEveryWorldSize() throws {
        let set = Line(count: 300)
        let scores = try (1...5).flatMap { ranks in
            try withThreadRanks(ranks) { world in
                let replica = Replica(Regressor())  // zero weights: it always tells 0
                return try Evaluator(replica: replica, world: world).evaluate(set)
            }.map { try $0.get() }
        }
        // 299 · 300 / 2 eighths, of which the targets have two and one.
        let expected = 3 * Double(299 * 300 / 2) / 8 / 600
        // 299 · 300 · 599 / 6 squares of eighths, of which the targets have four and one.
        let expectedRoot = (5 * Double(299 * 300 * 599 / 6) / 64 / 600).squareRoot()
        for score in scores {
            #expect(score == scores[0])
            #expect(score[count: "numbers"] == 600 && score[count: "labels"] == 0)
            let value = score.reports.first { $0.key == "mean_absolute_error" }?.value.number ?? 0
            #expect(abs(value - expected) < 1e-6 * expected)
            let root = score.reports.first { $0.key == "root_mean_squared_error" }?.value.number ?? 0
            #expect(abs(root - expectedRoot) < 1e-6 * expectedRoot)
        }
    }
}
