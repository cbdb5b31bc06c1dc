import Determinism
import Kernels

/// Sums over samples, taken shard by shard and added over the shards' tree.
final class ShardSums {
    private let count: Int
    private let order: SumOrder
    private let levels: Storage  // [depth, count]

    /// - Parameters:
    ///   - count: numbers that are summed.
    ///   - order: nil for the samples of one shard.
    init(count: Int, samples: Int, order: SumOrder?) {
        self.count = count
        self.order = order ?? SumOrder(counts: [samples])
        levels = Storage(count: self.order.schedule.depth * count)
    }

    /// Where the sums over all shards stand in the end.
    var total: Floats { levels.pointer }

    /// Calls `add` with the samples of each shard that has some. It writes their sums to its target, or, told so, adds
    /// them to what is there: what is written once is added to the neighbour's sums while it is in registers.
    ///
    /// - Parameter samplesAtOnce: the sums over so many samples, or fewer, are written once.
    func run(samplesAtOnce: Int, _ add: (_ samples: Range<Int>, _ target: Floats, _ adds: Bool) -> Void) {
        let schedule = order.schedule
        for (shard, samples) in order.shards.enumerated() {
            let level = schedule.levels[shard]
            let isOnePart = !samples.isEmpty && samples.count <= samplesAtOnce
            let adds = isOnePart && schedule.mergesAfter[shard] > 0
            let target = levels.pointer + (adds ? level - 1 : level) * count
            if samples.isEmpty {
                kernels.fill(count, target, with: 0)
            } else {
                add(samples, target, adds)
            }
            for merged in schedule.merges(after: shard).dropFirst(adds ? 1 : 0) {
                let sums = levels.pointer + merged * count
                kernels.add(count, sums, sums + count, into: sums)
            }
        }
    }
}

extension Tensor {
    /// Lets an op add ∂loss/∂self, a parameter's, that is summed over samples of several shards.
    func receiveShardedGradient(of x: Tensor, _ share: (_ target: Floats, _ beta: Float) -> Void) {
        receiveGradient { target, beta in
            // Shards computed alone would add a parameter's uses before the tree adds the shards.
            precondition(
                beta == 0 || x.sumOrder == nil,
                "a parameter that is used twice needs each shard computed alone")
            share(target, beta)
        }
    }
}
