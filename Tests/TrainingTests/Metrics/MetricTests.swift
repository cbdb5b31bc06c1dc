import Formats
import TestSupport
import Testing

@testable import Training

@Suite struct MetricTests {
    private static func report(_ key: String, _ told: Told) -> MetricReport.Value? {
        told.score().reports.first { $0.key == key }?.value
    }

    @Test func lossIsAMeanOverSamples() {
        #expect(Self.report("loss", Told(loss: 6, samples: 4)) == .mean(1.5))
        #expect(Told(loss: 6, samples: 4).score().reports.map(\.key) == ["loss"])
    }

    /// Of equal logits the first wins.
    @Test func accuracyCountsFirstMaxima() {
        let told = Told([[0, 2, 1], [3, 3, 1], [3, 3, 1], [-1, -2, -3]], labels: [1, 0, 1, 2])
        #expect(Self.report("accuracy", told) == .share(2, of: 4))
        #expect(told.score().reports.map(\.key) == ["loss", "accuracy"])
    }

    @Test func sequencesAreRightAsAWhole() {
        let right: [Float] = [0, 1]
        let told = Told(
            [right, right, right, [1, 0], [1, 0], [1, 0]], labels: [1, 1, 1, 1, 1, 1], perSample: 2)
        #expect(Self.report("accuracy", told) == .share(3, of: 6))
        #expect(Self.report("sequence_accuracy", told) == .share(1, of: 3))
    }

    /// Class k has logit −k, so that the first five are on top.
    @Test func topFiveOfMoreThanTenClasses() {
        let row = (0..<11).map { -Float($0) }
        let told = Told([row, row, row], labels: [0, 4, 5])
        #expect(Self.report("top5_accuracy", told) == .share(2, of: 3))
        let ten = Told([Array(row.prefix(10))], labels: [4])
        #expect(Self.report("top5_accuracy", ten) == nil)
        // Of eleven equal logits the first five come first; a logit that is no number is nowhere.
        let equal = [Float](repeating: 1, count: 11)
        #expect(Self.report("top5_accuracy", Told([equal, equal], labels: [4, 5])) == .share(1, of: 2))
        let none = [Float](repeating: .nan, count: 11)
        #expect(Self.report("top5_accuracy", Told([none], labels: [0])) == .share(0, of: 1))
    }

    @Test func absoluteErrorIsAMeanOverNumbers() {
        let told = Told(predictions: [(1, 3), (-1, -1), (0.5, 0), (2, -2)])
        #expect(Self.report("mean_absolute_error", told) == .mean(6.5 / 4))
        #expect(
            told.score().reports.map(\.key) == ["loss", "mean_absolute_error", "root_mean_squared_error"])
    }

    @Test func squaredErrorIsInTheNumbersOwnUnit() {
        let told = Told(predictions: [(1, 3), (-1, -1), (0.5, 0), (2, -2)])
        #expect(Self.report("root_mean_squared_error", told) == .mean((20.25 / 4).squareRoot()))
        #expect(Self.report("root_mean_squared_error", Told([[0, 1]], labels: [1])) == nil)
    }

    @Test func errorsAreThoseOfPyTorch() throws {
        let file = try SafeTensorsFile(path: fixture("errors.safetensors"))
        let pairs = zip(try file.floats("predictions"), try file.floats("targets")).map { ($0, $1) }
        for (key, name) in [
            ("mean_absolute_error", "mean_absolute"), ("root_mean_squared_error", "root_mean_squared"),
        ] {
            let value = try #require(Self.report(key, Told(predictions: pairs))).number
            let expected = Double(try file.floats(name)[0])
            #expect(abs(value - expected) <= 1e-6 * expected, "\(key)")
        }
    }

    /// A metric of another package: the mean of the label's logit, and how many are positive.
    private struct Sureness: Metric {
        let sums = ["sureness"]
        let counts = ["sure_labels", "sure"]

        func measure(_ results: ShardResults, into tally: MetricTally) {
            guard let told = results.classification else { return }
            tally.add(told.labelCount, toCount: 0)
            for row in 0..<told.labelCount {
                let logit = told.logits[row * told.classes + Int(told.labels[row])]
                tally.add(Double(logit), toSum: 0)
                if logit > 0 { tally.add(1, toCount: 1) }
            }
        }

        func report(_ score: Score) -> MetricReport? {
            let labels = score[count: "sure_labels"]
            return labels == 0
                ? nil
                : MetricReport(
                    "sureness", words: "sureness", .mean(score[sum: "sureness"] / Double(labels)))
        }
    }

    @Test func ownMetricsStandBesideTheOthers() {
        let metrics = MetricSet.standard.adding(Sureness())
        var score = Score(metrics)
        Told([[1, 2], [4, 0]], labels: [0, 0]).add(to: &score)
        Told([[-2, 2]], labels: [0]).add(to: &score)
        #expect(score[sum: "sureness"] == 3 && score[count: "sure"] == 2 && score.samples == 3)
        #expect(score.reports.map(\.key) == ["loss", "accuracy", "sureness"])
        #expect(score.reports.last?.value == .mean(1))
    }

    @Test func refusesTwoNumbersOfOneName() async throws {
        let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            _ = MetricSet.standard.adding(Accuracy())
        }
        let message = String(decoding: try #require(result).standardErrorContent, as: UTF8.self)
        #expect(message.contains("two numbers of metrics are called 'labels'"))
    }
}
