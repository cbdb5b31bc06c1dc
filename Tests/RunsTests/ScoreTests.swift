import Testing

@testable import Runs
@testable import Training

@Suite struct ScoreTests {
    /// A score of these numbers, as a checkpoint would restore it.
    private static func score(_ numbers: [String: Int]) throws -> Score {
        var score = Score()
        let texts = numbers.mapValues { "\($0)" }.merging(["loss": "30", "samples": "20"]) { $1 }
        try score.restore(texts)
        return score
    }

    @Test(
        arguments: [
            (
                ["labels": 20, "correct": 15], #"{"loss":1.5,"accuracy":0.75,"correct":15,"total":20}"#,
                "accuracy 75.00 % (15 of 20), loss 1.5000"
            ),
            (
                ["labels": 60, "correct": 45, "sequences_correct": 4],
                #"{"loss":1.5,"accuracy":0.75,"correct":45,"total":60,"sequence_accuracy":0.2,"sequences_correct":4}"#,
                "accuracy 75.00 % (45 of 60), whole samples 20.00 % (4 of 20), loss 1.5000"
            ),
            (
                ["labels": 20, "correct": 15, "top5_labels": 20, "top5_correct": 19],
                #"{"loss":1.5,"accuracy":0.75,"correct":15,"total":20,"top5_accuracy":0.95,"top5_correct":19}"#,
                "accuracy 75.00 % (15 of 20), top 5 95.00 % (19 of 20), loss 1.5000"
            ),
            (
                ["numbers": 40], #"{"loss":1.5,"mean_absolute_error":0.0}"#,
                "mean absolute error 0.0000, loss 1.5000"
            ),
            (
                ["numbers": 40, "squared_numbers": 40],
                #"{"loss":1.5,"mean_absolute_error":0.0,"root_mean_squared_error":0.0}"#,
                "mean absolute error 0.0000, root mean squared error 0.0000, loss 1.5000"
            ),
            ([:], #"{"loss":1.5}"#, "loss 1.5000"),
        ] as [([String: Int], String, String)])
    func saysWhatTheModelTells(numbers: [String: Int], json: String, summary: String) throws {
        let score = try Self.score(numbers)
        #expect(score.json.text == json)
        #expect(score.summary == summary)
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
