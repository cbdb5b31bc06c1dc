import Testing

@testable import Training

@Suite struct ScoreTests {
    private static let classified = Told(
        [[0, 1], [1, 0], [0, 3], [1, 0]], labels: [1, 1, 1, 0], loss: 3
    ).score()
    private static let regressed = Told(loss: 2.5, predictions: [(1, 2), (3, 3)]).score()

    @Test func adds() {
        var total = Self.classified
        total += Self.regressed
        #expect(total.samples == 6 && total.lossSum == 5.5 && total[count: "correct"] == 3)
        #expect(total[count: "numbers"] == 2 && total[sum: "absolute_error"] == 1)
        total.clear()
        #expect(total == Score())
    }

    @Test(arguments: [classified, regressed, Score()])
    func survivesAMessage(score: Score) {
        #expect(Self.summed([score], samples: score.samples) == score)
    }

    @Test(arguments: [classified, regressed, Score()])
    func survivesACheckpoint(score: Score) throws {
        var restored = Self.regressed
        let texts = score.texts.map { ($0.name, $0.text) }
        try restored.restore(Dictionary(uniqueKeysWithValues: texts))
        #expect(restored == score)
    }

    /// As in a checkpoint of a program that did not know some metric.
    @Test func numbersThatAreNotThereStartAnew() throws {
        var restored = Self.regressed
        try restored.restore(["samples": "4", "loss": "3.0", "labels": "4", "correct": "3"])
        #expect(restored == Self.classified)
    }

    @Test(arguments: [("loss", "much"), ("labels", "1.5"), ("samples", "")])
    func textsThatAreNoNumbersAreRefused(name: String, text: String) {
        var score = Score()
        let error = #expect(throws: Score.UnreadableNumber.self) { try score.restore([name: text]) }
        #expect(error?.name == name && error?.text == text)
    }

    /// Counts a number given to it.
    private struct Counter: Metric {
        let counts = ["things"]
        let number: Int
        func measure(_ results: ShardResults, into tally: MetricTally) { tally.add(number, toCount: 0) }
        func report(_ score: Score) -> MetricReport? { nil }
    }

    /// A float alone would lose count from 2²⁴ on: of 4,096 shards, and of shards that count to a trillion.
    @Test(arguments: [(4096, 4097), (3, (1 << 40) - 1), (4096, (1 << 40) - 1), (1, 0), (2, (1 << 24) + 1)])
    func countsAreExact(shards: Int, number: Int) {
        let metrics = MetricSet([MeanLoss(), Counter(number: number)])
        var score = Score(metrics)
        score.measure(ShardResults(samples: 1, loss: 0))
        let total = Self.summed([Score](repeating: score, count: shards), samples: shards)
        #expect(total[count: "things"] == shards * number)
    }

    /// The scores as the floats of a message, added one to the other.
    private static func summed(_ scores: [Score], samples: Int) -> Score {
        let width = scores[0].metrics.width
        var sum = [Float](repeating: 0, count: width)
        for score in scores {
            var part = [Float](repeating: .nan, count: width)
            score.write(to: &part)
            for place in sum.indices { sum[place] += part[place] }
        }
        var total = Score(scores[0].metrics)
        total.read(summed: &sum, samples: samples)
        return total
    }
}
