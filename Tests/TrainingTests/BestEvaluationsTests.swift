import Testing

@testable import Training

@Suite struct BestEvaluationsTests {
    private func best(_ accuracies: [(Int, Double)]) -> BestEvaluations {
        let best = BestEvaluations()
        for (step, accuracy) in accuracies { best.note(step: step, accuracy: accuracy, loss: 1) }
        return best
    }

    @Test func theFirstOfTheHighestCounts() {
        let best = best([(2, 0.5), (4, 0.7), (6, 0.6), (8, 0.7), (10, 0.8)])
        #expect([2, 4, 6, 8, 10].map { best.isBest($0) } == [false, false, false, false, true])
        #expect(best.step { _ in true } == 10)
        #expect([1, 2, 3, 4, 8, 9].map { best.step(upTo: $0) { _ in true } } == [nil, 2, 2, 4, 4, 4])
    }

    @Test func whereNothingIsToldRightTheLowestLossCounts() {
        let best = BestEvaluations()
        for (step, loss) in [(1, 3.0), (2, 1.0), (3, 2.0), (4, 1.0)] {
            best.note(step: step, accuracy: nil, loss: loss)
            #expect(best.isBest(step) == (step <= 2))
        }
        #expect(best.step { _ in true } == 2)
    }

    @Test func oneWhoseCheckpointIsNotThereDoesNotCount() {
        let best = best([(2, 0.5), (4, 0.7), (6, 0.8)])
        #expect(best.step { $0 != 6 } == 4)
        best.forget(step: 6)
        best.note(step: 8, accuracy: 0.75, loss: 1)
        #expect(best.isBest(8))
    }
}
