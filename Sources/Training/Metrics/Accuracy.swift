import Kernels

/// The share of labels that are predicted: whose logit is the first of the largest.
public struct Accuracy: Metric {
    public let counts = ["labels", "correct"]

    public init() {}

    public func measure(_ results: ShardResults, into tally: MetricTally) {
        guard let told = results.classification else { return }
        tally.add(told.labelCount, toCount: 0)
        tally.add(
            kernels.countCorrect(told.labelCount, told.classes, told.logits, labels: told.labels), toCount: 1)
    }

    public func report(_ score: Score) -> MetricReport? {
        guard score[count: "labels"] > 0 else { return nil }
        return MetricReport(
            "accuracy", words: "accuracy", .share(score[count: "correct"], of: score[count: "labels"]),
            partKey: "correct", wholeKey: "total")
    }
}
