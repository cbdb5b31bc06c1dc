import Kernels

/// The share of samples of which every label is predicted, where a sample has several. It stands beside `Accuracy`, by
/// whose labels it knows.
public struct SequenceAccuracy: Metric {
    public let counts = ["sequences_correct"]

    public init() {}

    public func measure(_ results: ShardResults, into tally: MetricTally) {
        guard let told = results.classification, told.labelsPerSample > 1 else { return }
        let length = told.labelsPerSample
        for first in stride(from: 0, to: told.labelCount, by: length) {
            let right = kernels.countCorrect(
                length, told.classes, told.logits + first * told.classes, labels: told.labels + first)
            if right == length { tally.add(1, toCount: 0) }
        }
    }

    public func report(_ score: Score) -> MetricReport? {
        guard score[count: "labels"] > score.samples else { return nil }
        return MetricReport(
            "sequence_accuracy", words: "whole samples",
            .share(score[count: "sequences_correct"], of: score.samples), partKey: "sequences_correct")
    }
}
