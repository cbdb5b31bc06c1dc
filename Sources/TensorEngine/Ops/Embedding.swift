import Determinism
import Kernels

/// Looks up rows of a table: `y[i] = weight[indices[i]]`, `[…] → […, features]`.
///
/// - Parameters:
///   - indices: `[…]`, whole numbers below `count`, such as `argmax` or `Labels.numbers` give; no gradient flows to them.
///   - weight: `[count, features]`.
public func embedding(_ indices: Tensor, weight: Tensor) -> Tensor {
    requireShape(
        weight.shape.count == 2, "embedding needs a table [count, features], got \(weight.shape)")
    let (count, features) = (weight.shape[0], weight.shape[1])
    let perSample = indices.count / max(indices.shape.first ?? 1, 1)
    let order = indices.sumOrder?.scaled(by: perSample) ?? SumOrder(counts: [indices.count])
    let partialSums = Storage(count: (order.schedule.depth - 1) * weight.count)
    func row(_ position: Int) -> Int {
        let index = indices.pointer[position]
        requireShape(
            index >= 0 && index < Float(count), "embedding has rows 0 ..< \(count), the index is \(index)")
        return Int(index)
    }
    return Tensor("embedding", shape: indices.shape + [features], from: indices, weight) { y in
        for i in 0..<indices.count {
            kernels.copy(features, weight.pointer + row(i) * features, into: y.pointer + i * features)
        }
    } backward: { y in
        weight.receiveWholeGradient { target in  // ∂L/∂weight[r] = Σ over i with indices[i] = r of g[i]
            order.schedule.run { shard, level in
                let sums = level == 0 ? target : partialSums.pointer + (level - 1) * weight.count
                kernels.fill(weight.count, sums, with: 0)
                for i in order.shards[shard] {
                    let place = sums + row(i) * features
                    kernels.accumulate(features, y.gradientPointer + i * features, into: place, beta: 1)
                }
            } merge: { level in
                let sums = level == 0 ? target : partialSums.pointer + (level - 1) * weight.count
                kernels.add(weight.count, sums, partialSums.pointer + level * weight.count, into: sums)
            }
        }
    }.keepingSamples(of: indices)
}

extension Labels {
    /// The labels as numbers of a graph, read again at every replay.
    ///
    /// - Parameter shape: of as many values.
    public func numbers(shape: [Int]) -> Tensor {
        requireShape(
            shape.reduce(1, *) == count, "shape \(shape) needs as many labels as it has values, got \(count)")
        return Tensor("labels", shape: shape, from: []) { [self] y in
            for i in 0..<count { y.pointer[i] = Float(pointer[i]) }
        }.keepingSamples(in: sumOrder?.fitted(to: shape[0]))
    }
}
