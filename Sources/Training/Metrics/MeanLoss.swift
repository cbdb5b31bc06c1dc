/// The loss, as a mean over the samples.
public struct MeanLoss: Metric {
    public let sums = ["loss"]

    public init() {}

    public func measure(_ results: ShardResults, into tally: MetricTally) {
        tally.add(results.loss, toSum: 0)
    }

    public func report(_ score: Score) -> MetricReport? {
        MetricReport("loss", words: "loss", .mean(score.loss))
    }
}
