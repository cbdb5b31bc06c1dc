import Kernels

/// Binary cross-entropy of logits, summed over all values:
/// `Σ max(x, 0) − x·y + log(1 + e^−|x|) = −Σ y·log σ(x) + (1 − y)·log(1 − σ(x))`, finite for every finite x.
///
/// - Parameters:
///   - logits: x, any shape.
///   - targets: y, as many values in 0 ... 1, through which no gradient flows.
/// - Returns: a scalar, or one value for each shard of the logits' `sumOrder`.
public func binaryCrossEntropy(_ logits: Tensor, _ targets: Tensor) -> Tensor {
    requireShape(
        logits.shape == targets.shape,
        "binary cross-entropy: logits \(logits.shape) do not fit targets \(targets.shape): one for each")
    let losses = Storage(count: logits.count)
    let perSample = logits.count / max(logits.shape.first ?? 1, 1)
    let shards = logits.sumOrder?.shards.map { $0.lowerBound * perSample..<$0.upperBound * perSample }
    let parts = shards ?? [0..<logits.count]
    return Tensor(
        "binaryCrossEntropy", shape: shards == nil ? [] : [parts.count], from: logits, targets
    ) { y in
        kernels.binaryCrossEntropy(logits.count, logits.pointer, targets.pointer, into: losses.pointer)
        for (shard, part) in parts.enumerated() {
            y.pointer[shard] = Float(kernels.sum(part.count, losses.pointer + part.lowerBound))
        }
    } backward: { y in
        logits.receiveGradient {  // ∂L/∂x = σ(x) − y
            for (shard, part) in parts.enumerated() {
                let first = part.lowerBound
                kernels.binaryCrossEntropyBackward(
                    part.count, logits.pointer + first, targets.pointer + first,
                    scale: y.gradientPointer[shard], into: $0 + first, beta: $1)
            }
        }
    }.keepingSamples(of: logits)
}
