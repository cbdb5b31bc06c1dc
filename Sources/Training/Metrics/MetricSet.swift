/// The metrics of a run, and where the numbers of each stand among all.
public final class MetricSet: Sendable {
    /// What every run measures; a metric that finds nothing to measure says nothing.
    public static let standard = MetricSet([
        MeanLoss(),
        Accuracy(),
        TopFiveAccuracy(),
        SequenceAccuracy(),
        MeanAbsoluteError(),
        RootMeanSquaredError(),
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
        if let name = Self.nameOfTwo(metrics) {
            preconditionFailure("two numbers of metrics are called '\(name)'")
        }
        (sumNames, countNames) = (sums, counts)
    }

    /// A name that two numbers of metrics have: such metrics make no set. Nil where there is none.
    public static func nameOfTwo(_ metrics: [any Metric]) -> String? {
        let names = ["samples"] + metrics.flatMap { $0.sums + $0.counts }
        return names.indices.first { names[..<$0].contains(names[$0]) }.map { names[$0] }
    }

    /// These, and others beside them.
    public func adding(_ others: any Metric...) -> MetricSet { MetricSet(metrics + others) }
}
