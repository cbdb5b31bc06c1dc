import Testing

@testable import Runs
@testable import Training

@Suite struct ScoreTests {
    private static let classified = Score(
        lossSum: 30, samples: 20, labels: 20, correct: 15, sequencesCorrect: 15)
    private static let sequences = Score(
        lossSum: 30, samples: 20, labels: 60, correct: 45, sequencesCorrect: 4)
    private static let drawn = Score(lossSum: 30, samples: 20)

    @Test func saysWhatTheModelTells() {
        #expect(
            Self.classified.json.text == #"{"loss":1.5,"accuracy":0.75,"correct":15,"total":20}"#)
        #expect(
            Self.sequences.json.text
                == #"{"loss":1.5,"accuracy":0.75,"correct":45,"total":60,"sequence_accuracy":0.2,"sequences_correct":4}"#
        )
        #expect(Self.drawn.json.text == #"{"loss":1.5}"#)
    }

    @Test func summarizes() {
        #expect(Self.classified.summary == "accuracy 75.00 % (15 of 20), loss 1.5000")
        #expect(
            Self.sequences.summary
                == "accuracy 75.00 % (45 of 60), whole samples 20.00 % (4 of 20), loss 1.5000")
        #expect(Self.drawn.summary == "loss 1.5000")
    }

    @Test func survivesAMessage() {
        for score in [Self.classified, Self.sequences, Self.drawn] {
            var floats = [Float](repeating: .nan, count: Score.width)
            score.write(to: &floats)
            #expect(Score(summed: &floats, samples: 20) == score)
        }
    }

    @Test func adds() {
        var total = Self.classified
        total += Self.sequences
        #expect(total == Score(lossSum: 60, samples: 40, labels: 80, correct: 60, sequencesCorrect: 19))
    }

    /// Everywhere: metrics, result and evaluation.
    @Test func aRunOfAModelThatTellsNoClassesSpeaksOfNone() throws {
        let workshop = try Workshop()
        let settings = Settings.quick.with([
            "model": "row-generator", "hidden_size": 4, "max_steps": 4, "json": true,
        ])
        let result = try #require(try workshop.train("run", ranks: 2, settings).output.last)
        let metrics = try workshop.text("run", "metrics.jsonl")
        for key in ["accuracy", "correct", "total"] {
            #expect(!metrics.contains(key) && !result.contains(key), "\(key)")
        }
        #expect(metrics.contains(#""loss":"#) && result.contains(#""loss":"#))
    }

    @Test func aRunThatReadsStripsCountsDigitsAndStrips() throws {
        let workshop = try Workshop()
        let settings = Settings.quick.with([
            "model": "digit-reader", "hidden_size": 4, "digits": 4, "max_steps": 4, "json": true,
        ])
        let result = try #require(try workshop.train("run", settings).output.last)
        #expect(result.contains(#""total":132,"sequence_accuracy":"#), "\(result)")
        let lines = try workshop.text("run", "metrics.jsonl").split(separator: "\n")
        #expect(lines.allSatisfy { $0.contains("sequences_correct") })
    }
}
