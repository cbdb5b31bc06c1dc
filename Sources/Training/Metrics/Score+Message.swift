import Collectives
import Kernels

/// A score among the floats that are summed over shards.
///
/// A sum is one float. A count is five, of eight bits each, for a float loses count beyond 2²⁴:
///
///     count = p₀ + p₁·2⁸ + p₂·2¹⁶ + p₃·2²⁴ + p₄·2³²
///
/// What 65,536 terms add up to is below 2²⁴ in each part, which floats hold exactly, in whatever order they are added:
/// counts of up to 2⁴⁰ a term are exact.
extension Score {
    private static let partBits = 8
    private static let parts = 5

    /// Writes `metrics.width` floats.
    func write(to target: Floats) {
        for (place, sum) in sums.enumerated() { target[place] = Float(sum) }
        Self.encode(counts, into: target + sums.count)
    }

    /// Takes the numbers of `samples` samples from floats that were summed over the shards.
    mutating func read(summed values: Floats, samples: Int) {
        self.samples = samples
        for place in sums.indices { sums[place] = Double(values[place]) }
        for place in counts.indices {
            counts[place] = Self.count(at: values + sums.count + place * Self.parts)
        }
    }

    /// Writes five floats for each of the counts.
    static func encode(_ counts: some Sequence<Int>, into target: Floats) {
        var place = 0
        for count in counts {
            precondition(count >> (partBits * parts) == 0, "a count of \(count) is too large")
            for part in 0..<parts {
                let shift = partBits * part
                target[place] = Float(count >> shift & ((1 << partBits) - 1))
                place += 1
            }
        }
    }

    /// The count that five summed floats are.
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

extension Score {
    /// Gives rank 0's numbers to every rank.
    mutating func broadcast(over world: any Communicator) throws(CommunicatorError) {
        samples = try world.broadcast(samples, from: 0)
        for place in sums.indices { sums[place] = try world.broadcast(sums[place], from: 0) }
        for place in counts.indices { counts[place] = try world.broadcast(counts[place], from: 0) }
    }
}
