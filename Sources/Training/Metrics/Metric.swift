/// A measure of what a model makes of samples, kept as named numbers that are added up.
///
/// Every shard's numbers are computed apart and added over the summation tree, so that a metric says the same at every
/// world size. An own one is a type that conforms, in any package, and a line where the run is put together:
///
///     struct Sureness: Metric {
///         let sums = ["sureness"], counts = ["sure_labels"]
///         func measure(_ results: ShardResults, into tally: MetricTally) { … }
///         func report(_ score: Score) -> MetricReport? { … }
///     }
public protocol Metric: Sendable {
    /// Names of real numbers, summed in single precision over the shards; no other metric of a run has them.
    var sums: [String] { get }
    /// Names of integers, whose sums are exact (see `Score.write(to:)`); no other metric of a run has them.
    var counts: [String] { get }

    /// Adds what a shard's samples contribute. It depends on them alone: never on what was measured before.
    func measure(_ results: ShardResults, into tally: MetricTally)

    /// What the numbers say; nil where there was nothing to measure.
    func report(_ score: Score) -> MetricReport?
}

extension Metric {
    public var sums: [String] { [] }
    public var counts: [String] { [] }
}

/// One metric's numbers among a score's, to be added to.
public struct MetricTally {
    let sums: UnsafeMutableBufferPointer<Double>
    let counts: UnsafeMutableBufferPointer<Int>

    /// - Parameter place: in the metric's `sums`.
    public func add(_ value: Double, toSum place: Int) {
        precondition(sums.indices.contains(place), "a metric of \(sums.count) sums adds to number \(place)")
        sums[place] += value
    }

    /// - Parameters:
    ///   - number: not negative.
    ///   - place: in the metric's `counts`.
    public func add(_ number: Int, toCount place: Int) {
        precondition(number >= 0, "a count grows by \(number)")
        precondition(
            counts.indices.contains(place), "a metric of \(counts.count) counts adds to number \(place)")
        counts[place] += number
    }
}

/// What a metric says of samples.
public struct MetricReport: Equatable, Sendable {
    public enum Value: Equatable, Sendable {
        case mean(Double)
        case share(Int, of: Int)

        public var number: Double {
            switch self {
            case .mean(let value): value
            case .share(let part, let whole): Double(part) / Double(whole)
            }
        }
    }

    /// The value's name in results and metrics: "sequence_accuracy".
    public let key: String
    /// Its name in sentences: "whole samples".
    public let words: String
    public let value: Value
    /// The names of a share's part and whole in results, where they are to be told.
    public let partKey, wholeKey: String?

    public init(
        _ key: String, words: String, _ value: Value, partKey: String? = nil, wholeKey: String? = nil
    ) {
        self.key = key
        self.words = words
        self.value = value
        self.partKey = partKey
        self.wholeKey = wholeKey
    }
}
