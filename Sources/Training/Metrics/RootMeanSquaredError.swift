/// The root of the mean squared distance of the numbers that a model tells from the true ones: in their own unit, and large
/// where a few are far off.
public struct RootMeanSquaredError: Metric {
    public let sums = ["squared_error"]
    public let counts = ["squared_numbers"]

    public init() {}

    public func measure(_ results: ShardResults, into tally: MetricTally) {
        guard let told = results.regression else { return }
        var total = 0.0
        for place in 0..<told.count {
            let distance = Double(told.predictions[place]) - Double(told.targets[place])
            total += distance * distance
        }
        tally.add(total, toSum: 0)
        tally.add(told.count, toCount: 0)
    }

    public func report(_ score: Score) -> MetricReport? {
        let count = score[count: "squared_numbers"]
        guard count > 0 else { return nil }
        return MetricReport(
            "root_mean_squared_error", words: "root mean squared error",
            .mean((score[sum: "squared_error"] / Double(count)).squareRoot()))
    }
}
