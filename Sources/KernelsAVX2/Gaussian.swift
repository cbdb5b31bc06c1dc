import Determinism
import KernelTypes

extension VectorKernels {
    public static func gaussianRows(
        _ rows: Int, features: Int, classes: Int, _ x: Floats, _ w: Floats, transposed: Floats, into y: Floats
    ) {
        transpose(rows: classes, columns: features, w, xStride: features, into: transposed, yStride: classes)
        for r in 0..<rows {
            forEachLanes(classes) { at, width in
                var sums = InlineArray<4, Lanes>(repeating: .zero)
                for j in 0..<features {
                    let difference =
                        Lanes(repeating: x[r * features + j]) - transposed.load(j * classes + at, width)
                    sums[j % 4].addProduct(difference, difference)
                }
                y.save(-((sums[0] + sums[1]) + (sums[2] + sums[3])), r * classes + at, width)
            }
        }
    }

    public static func gaussianInputGradient(
        _ rows: Int, features: Int, classes: Int, _ x: Floats, _ w: Floats, _ g: Floats, into gx: Floats,
        beta: Float
    ) {
        for r in 0..<rows {
            forEachLanes(features) { at, width in
                let own = x.load(r * features + at, width)
                var total = Lanes.zero
                for c in 0..<classes {
                    let pull = Lanes(repeating: -2 * g[r * classes + c])
                    total.addProduct(pull, own - w.load(c * features + at, width))
                }
                let target = r * features + at
                gx.save(beta == 0 ? total : gx.load(target, width) + total, target, width)
            }
        }
    }

    public static func gaussianWeightGradient(
        _ order: SumOrder, features: Int, classes: Int, _ x: Floats, _ w: Floats, _ g: Floats,
        into gw: Floats,
        beta: Float
    ) {
        withUnsafeTemporaryAllocation(of: Lanes.self, capacity: order.schedule.depth) { partialSums in
            for c in 0..<classes {
                forEachLanes(features) { at, width in
                    let own = w.load(c * features + at, width)
                    order.schedule.run { shard, level in
                        var total = Lanes.zero
                        for r in order.shards[shard] {
                            let pull = Lanes(repeating: 2 * g[r * classes + c])
                            total.addProduct(pull, x.load(r * features + at, width) - own)
                        }
                        partialSums[level] = total
                    } merge: { level in
                        partialSums[level] += partialSums[level + 1]
                    }
                    let (target, total) = (c * features + at, partialSums[0])
                    gw.save(beta == 0 ? total : gw.load(target, width) + total, target, width)
                }
            }
        }
    }
}
