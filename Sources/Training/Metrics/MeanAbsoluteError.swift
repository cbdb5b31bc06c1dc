/// The mean distance of the numbers that a model tells from the true ones.
public struct MeanAbsoluteError: Metric {
    public let sums = ["absolute_error"]
    public let counts = ["numbers"]

    public init() {}

    public func measure(_ results: ShardResults, into tally: MetricTally) {
        guard let told = results.regression else { return }
        var total = 0.0
        for place in 0..<told.count {
            total += abs(Double(told.predictions[place]) - Double(told.targets[place]))
        }
        tally.add(total, toSum: 0)
        tally.add(told.count, toCount: 0)
    }

    public func report(_ score: Score) -> MetricReport? {
        let count = score[count: "numbers"]
        guard count > 0 else { return nil }
        return MetricReport(
            "mean_absolute_error", words: "mean absolute error",
            .mean(score[sum: "absolute_error"] / Double(count)))
    }
}
