import Collectives

/// What a model makes of samples: the sums of a set of metrics.
///
/// `Int` counts and `Double` sums, so that a window of steps, a checkpoint and an evaluation all keep the same.
public struct Score: Sendable {
    public let metrics: MetricSet
    public private(set) var samples = 0
    private(set) var sums: [Double]
    private(set) var counts: [Int]

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

/// A score among the floats that are summed over shards.
///
/// A sum is one float. A count is four, of twelve bits each, for a float loses count beyond 2²⁴:
///
///     count = p₀ + p₁·2¹² + p₂·2²⁴ + p₃·2³⁶
///
/// The parts of up to 4,096 shards add up to less than 2²⁴ each, which floats hold exactly, in whatever order they are
/// added. So counts are exact up to 2⁴⁸ a shard.
extension Score {
    private static let partBits = 12
    private static let parts = 4
    /// The most shards over which counts are exact.
    static let mostShards = 1 << (24 - partBits)

    /// Writes `metrics.width` floats.
    func write(to target: Floats) {
        for (place, sum) in sums.enumerated() { target[place] = Float(sum) }
        Self.encode(counts, into: target + sums.count)
    }

    /// Takes the numbers of `samples` samples from floats that were summed over the shards.
    mutating func read(summed values: Floats, samples: Int) {
        self.samples = samples
        for place in sums.indices { sums[place] = Double(values[place]) }
        for place in counts.indices { counts[place] = Self.count(at: values + sums.count + place * Self.parts) }
    }

    /// Writes four floats for each of the counts.
    static func encode(_ counts: some Sequence<Int>, into target: Floats) {
        var place = 0
        for count in counts {
            precondition(count >> (partBits * parts) == 0, "a shard's count of \(count) is too large")
            for part in 0..<parts {
                target[place] = Float(count >> (partBits * part) & ((1 << partBits) - 1))
                place += 1
            }
        }
    }

    /// The count that four summed floats are.
    static func count(at values: Floats) -> Int {
        (0..<parts).reduce(0) { $0 + (Int(exactly: values[$1]) ?? 0) << (partBits * $1) }
    }

    /// The floats that so many counts take.
    static func encodedLength(ofCounts count: Int) -> Int { count * parts }
}

extension MetricSet {
    /// Floats that a score takes in a message.
    var width: Int { sumNames.count + Score.encodedLength(ofCounts: countNames.count) }
}

/// A score among texts, as checkpoints keep it.
extension Score {
    /// Every number by its name.
    var texts: [(name: String, text: String)] {
        [("samples", "\(samples)")] + zip(metrics.sumNames, sums).map { ($0, "\($1)") }
            + zip(metrics.countNames, counts).map { ($0, "\($1)") }
    }

    /// Takes the numbers that are there; metrics that are not there start anew.
    ///
    /// - Throws: the name of a number whose text is none.
    mutating func restore(_ texts: [String: String]) throws(UnreadableNumber) {
        clear()
        samples = try Self.number("samples", in: texts) ?? 0
        for (place, name) in metrics.sumNames.enumerated() {
            sums[place] = try Self.number(name, in: texts) ?? 0
        }
        for (place, name) in metrics.countNames.enumerated() {
            counts[place] = try Self.number(name, in: texts) ?? 0
        }
    }

    struct UnreadableNumber: Error { let name, text: String }

    private static func number<Number: LosslessStringConvertible>(
        _ name: String, in texts: [String: String]
    ) throws(UnreadableNumber) -> Number? {
        guard let text = texts[name] else { return nil }
        guard let number = Number(text) else { throw UnreadableNumber(name: name, text: text) }
        return number
    }
}

extension Score {
    /// Gives rank 0's numbers to every rank.
    mutating func broadcast(over world: any Communicator) throws(CommunicatorError) {
        samples = try world.broadcast(samples, from: 0)
        for place in sums.indices { sums[place] = try world.broadcast(sums[place], from: 0) }
        for place in counts.indices { counts[place] = try world.broadcast(counts[place], from: 0) }
    }
}
