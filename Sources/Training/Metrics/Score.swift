/// What a model makes of samples: the sums of a set of metrics.
///
/// `Int` counts and `Double` sums, so that a window of steps, a checkpoint and an evaluation all keep the same.
public struct Score: Sendable {
    public let metrics: MetricSet
    public internal(set) var samples = 0
    var sums: [Double]
    var counts: [Int]

    public init(_ metrics: MetricSet = .standard) {
        self.metrics = metrics
        sums = [Double](repeating: 0, count: metrics.sumNames.count)
        counts = [Int](repeating: 0, count: metrics.countNames.count)
    }

    /// A metric's sum by its name; 0 for one that is not measured.
    public subscript(sum name: String) -> Double {
        metrics.sumNames.firstIndex(of: name).map { sums[$0] } ?? 0
    }

    /// A metric's count by its name; 0 for one that is not measured.
    public subscript(count name: String) -> Int {
        metrics.countNames.firstIndex(of: name).map { counts[$0] } ?? 0
    }

    /// What the metrics say, in their order.
    public var reports: [MetricReport] { metrics.metrics.compactMap { $0.report(self) } }

    /// Summed over the samples.
    public var lossSum: Double { sums[0] }

    /// The mean over the samples.
    public var loss: Double { lossSum / Double(max(samples, 1)) }

    /// The share of labels that are predicted, where there are any.
    public var accuracy: Double? {
        let labels = self[count: "labels"]
        return labels > 0 ? Double(self[count: "correct"]) / Double(labels) : nil
    }

    /// Adds what a shard's samples contribute.
    public mutating func measure(_ results: ShardResults) {
        samples += results.samples
        sums.withUnsafeMutableBufferPointer { sums in
            counts.withUnsafeMutableBufferPointer { counts in
                for (metric, places) in zip(metrics.metrics, metrics.places) {
                    metric.measure(
                        results,
                        into: MetricTally(
                            sums: UnsafeMutableBufferPointer(rebasing: sums[places.sums]),
                            counts: UnsafeMutableBufferPointer(rebasing: counts[places.counts])))
                }
            }
        }
    }

    /// Forgets all that was measured, and keeps its memory.
    public mutating func clear() {
        samples = 0
        for place in sums.indices { sums[place] = 0 }
        for place in counts.indices { counts[place] = 0 }
    }

    /// Becomes like another score of the same metrics, without sharing its memory.
    mutating func take(_ other: Score) {
        precondition(metrics === other.metrics, "a score cannot become one of other metrics")
        samples = other.samples
        for place in sums.indices { sums[place] = other.sums[place] }
        for place in counts.indices { counts[place] = other.counts[place] }
    }

    public static func += (total: inout Score, part: Score) {
        precondition(total.metrics === part.metrics, "scores of different metrics cannot be added")
        total.samples += part.samples
        for place in total.sums.indices { total.sums[place] += part.sums[place] }
        for place in total.counts.indices { total.counts[place] += part.counts[place] }
    }
}

extension Score: Equatable {
    public static func == (one: Score, other: Score) -> Bool {
        one.metrics.sumNames == other.metrics.sumNames && one.metrics.countNames == other.metrics.countNames
            && one.samples == other.samples && one.sums == other.sums && one.counts == other.counts
    }
}
