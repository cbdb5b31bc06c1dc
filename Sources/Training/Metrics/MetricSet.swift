/// The metrics of a run, and where the numbers of each stand among all.
public final class MetricSet: Sendable {
    /// What every run measures; a metric that finds nothing to measure says nothing.
    public static let standard = MetricSet([
        MeanLoss(),
        Accuracy(),
        TopFiveAccuracy(),
        SequenceAccuracy(),
        MeanAbsoluteError(),
    ])

    public let metrics: [any Metric]
    let sumNames, countNames: [String]
    /// For each metric, its numbers' places among all sums and all counts.
    let places: [(sums: Range<Int>, counts: Range<Int>)]

    /// - Parameter metrics: in the order in which results tell them; `MeanLoss` first.
    public init(_ metrics: [any Metric]) {
        precondition(metrics.first is MeanLoss, "a run's metrics begin with its loss")
        self.metrics = metrics
        var (sums, counts): ([String], [String]) = ([], [])
        places = metrics.map { metric in
            let start = (sums.count, counts.count)
            sums += metric.sums
            counts += metric.counts
            return (start.0..<sums.count, start.1..<counts.count)
        }
        let names = sums + counts + ["samples"]
        for (place, name) in names.enumerated() {
            precondition(!names[..<place].contains(name), "two numbers of metrics are called '\(name)'")
        }
        (sumNames, countNames) = (sums, counts)
    }

    /// These, and others beside them.
    public func adding(_ others: any Metric...) -> MetricSet { MetricSet(metrics + others) }
}
