import Kernels

/// Each sample's mean squared error, summed over the samples: `Σ_n mean_i (x[n, i] − y[n, i])²`.
///
/// The trainer divides by the batch's samples: what it reports, and descends, is PyTorch's `mse_loss`.
///
/// - Parameters:
///   - x: the predictions, `[n, …]`.
///   - targets: y, the same shape; no gradient flows to them.
/// - Returns: a scalar, or one value for each shard of the predictions' `sumOrder`.
public func meanSquaredError(_ x: Tensor, _ targets: Tensor) -> Tensor {
    requireShape(
        x.shape == targets.shape,
        "meanSquaredError: predictions \(x.shape) do not fit targets \(targets.shape): one for each")
    let perSample = x.count / max(x.shape.first ?? 1, 1)
    let scale = 1 / Float(max(perSample, 1))
    let errors = Storage(count: x.count)
    let shards = x.sumOrder?.shards.map { $0.lowerBound * perSample..<$0.upperBound * perSample }
    let parts = shards ?? [0..<x.count]
    return Tensor("meanSquaredError", shape: shards == nil ? [] : [parts.count], from: x, targets) { y in
        kernels.combine(.subtract, x.count, x.pointer, 1, targets.pointer, 1, into: errors.pointer, beta: 0)
        for (shard, part) in parts.enumerated() {
            let sum = kernels.sumOfSquares(part.count, errors.pointer + part.lowerBound)
            y.pointer[shard] = Float(sum / Double(max(perSample, 1)))
        }
    } backward: { y in
        x.receiveGradient {
            for (shard, part) in parts.enumerated() {
                kernels.accumulateScaled(
                    part.count, errors.pointer + part.lowerBound, by: 2 * scale * y.gradientPointer[shard],
                    into: $0 + part.lowerBound, beta: $1)
            }
        }
    }.keepingSamples(of: x)
}
