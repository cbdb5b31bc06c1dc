/// The share of labels whose logit is among the five largest, where there are more than ten classes: of fewer, five are
/// too many to tell anything. Of equal logits the first comes first.
public struct TopFiveAccuracy: Metric {
    public let counts = ["top5_labels", "top5_correct"]

    public init() {}

    public func measure(_ results: ShardResults, into tally: MetricTally) {
        guard let told = results.classification, told.classes > 10 else { return }
        tally.add(told.labelCount, toCount: 0)
        for row in 0..<told.labelCount {
            let logits = told.logits + row * told.classes
            let label = Int(told.labels[row])
            let own = logits[label]
            guard !own.isNaN else { continue }
            var above = 0
            for other in 0..<told.classes {
                above += logits[other] > own || (logits[other] == own && other < label) ? 1 : 0
            }
            if above < 5 { tally.add(1, toCount: 1) }
        }
    }

    public func report(_ score: Score) -> MetricReport? {
        guard score[count: "top5_labels"] > 0 else { return nil }
        return MetricReport(
            "top5_accuracy", words: "top 5",
            .share(score[count: "top5_correct"], of: score[count: "top5_labels"]), partKey: "top5_correct")
    }
}
