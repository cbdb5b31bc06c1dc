/// The order in which sums over samples are taken when one pass computes several shards: each shard's terms one after
/// the other, then the shards over their `SummationTree`. The sums have the bits of shards computed alone.
///
/// A term comes from each sample, or from each time step of each sample.
public final class SumOrder: Sendable {
    /// The most terms of one chain of additions: longer sums are cut into pieces. Part of every result's bits.
    public static let longestChain = 128

    /// Terms of one shard that are added one after the other: step by step, and each step's samples in order.
    public struct Piece: Sendable, Equatable {
        public let steps: Range<Int>
        public let samples: Range<Int>

        public var terms: Int { steps.count * samples.count }

        public init(steps: Range<Int>, samples: Range<Int>) {
            self.steps = steps
            self.samples = samples
        }
    }

    /// The rows that hold each shard's samples, in order.
    public let shards: [Range<Int>]
    /// How the shards' sums are added.
    public let schedule: SumSchedule
    /// Time steps of each sample.
    public let steps: Int
    /// What the shards' terms are cut into, shard by shard.
    public let pieces: [Piece]
    /// How the pieces' sums are added: first a shard's, one after the other, then the shards'.
    public let pieceSchedule: SumSchedule

    /// All terms.
    public var terms: Int { steps * (shards.last?.upperBound ?? 0) }

    /// - Parameters:
    ///   - counts: samples of each shard.
    ///   - steps: time steps of each sample.
    public init(counts: [Int], steps: Int = 1) {
        precondition(steps >= 1, "sums over \(steps) time steps")
        var end = 0
        shards = counts.map { count in
            precondition(count >= 0, "a shard of \(count) samples")
            end += count
            return end - count..<end
        }
        self.steps = steps
        schedule = SummationTree(leaves: counts.count).schedule(of: counts.indices.map { $0..<$0 + 1 })
        var (pieces, merges): ([Piece], [Int]) = ([], [])
        for (shard, samples) in shards.enumerated() {
            let own = Self.pieces(of: samples, steps: steps)
            pieces += own
            merges += own.indices.map { $0 == 0 ? 0 : 1 }
            merges[merges.count - 1] += schedule.mergesAfter[shard]
        }
        self.pieces = pieces
        pieceSchedule = SumSchedule(mergesAfter: merges)
    }

    /// A shard's pieces: as many whole time steps as a chain takes; of a step with more samples, parts.
    ///
    /// 3 steps of samples `4..<54`: steps `0..<2`, then `2..<3`. 1 step of `0..<150`: samples `0..<128`, `128..<150`.
    private static func pieces(of samples: Range<Int>, steps: Int) -> [Piece] {
        let stepsAtOnce = samples.isEmpty ? steps : max(1, longestChain / samples.count)
        return stride(from: 0, to: steps, by: stepsAtOnce).flatMap { first in
            let steps = first..<min(first + stepsAtOnce, steps)
            guard samples.count > longestChain else { return [Piece(steps: steps, samples: samples)] }
            return stride(from: samples.lowerBound, to: samples.upperBound, by: longestChain).map {
                Piece(steps: steps, samples: $0..<min($0 + longestChain, samples.upperBound))
            }
        }
    }

    /// The order for terms from each of `count` time steps, or rows, of every sample.
    public func repeated(steps count: Int) -> SumOrder {
        SumOrder(counts: shards.map(\.count), steps: count)
    }

    /// The order where each sample has become `factor` rows.
    public func scaled(by factor: Int) -> SumOrder {
        SumOrder(counts: shards.map { $0.count * factor })
    }

    /// The order where the samples' rows have become `count` rows, each sample as many; nil where they cannot.
    public func fitted(to count: Int) -> SumOrder? {
        let own = shards.last?.upperBound ?? 0
        if count == own { return self }
        guard own > 0 && count > 0 else { return nil }
        if count % own == 0 { return scaled(by: count / own) }
        guard own % count == 0 else { return nil }
        let rows = own / count
        return shards.allSatisfy { $0.count % rows == 0 }
            ? SumOrder(counts: shards.map { $0.count / rows }) : nil
    }
}
