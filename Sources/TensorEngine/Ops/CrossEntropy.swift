import Determinism
import Kernels

/// Class indices of a batch, overwritten when a recorded graph is replayed on other samples.
public final class Labels {
    public let count: Int
    public let pointer: UnsafeMutablePointer<Int32>
    /// How sums over the samples are taken, where they are those of several shards.
    public let sumOrder: SumOrder?

    public init(count: Int, sumOrder: SumOrder? = nil) {
        self.count = count
        self.sumOrder = sumOrder
        pointer = .allocate(capacity: max(count, 1))
        pointer.initialize(repeating: 0, count: max(count, 1))
    }

    public convenience init(_ values: [Int]) {
        self.init(count: values.count)
        for (index, value) in values.enumerated() { pointer[index] = Int32(value) }
    }

    deinit { pointer.deallocate() }
}

/// Softmax cross-entropy, summed over the rows: `Σ_r (log Σ_c e^logits[r, c] − logits[r, labels[r]])`.
///
/// - Parameters:
///   - logits: `[n, classes]`.
///   - labels: `n` class indices below `classes`.
/// - Returns: a scalar, or one value for each shard of the logits' `sumOrder`.
public func crossEntropy(_ logits: Tensor, _ labels: Labels) -> Tensor {
    requireShape(
        logits.shape.count == 2 && logits.shape[0] == labels.count,
        "cross-entropy: logits \(logits.shape), [n, classes], do not fit \(labels.count) labels")
    let (n, classes) = (logits.shape[0], logits.shape[1])
    let probabilities = Storage(count: n * classes)
    let logSums = Storage(count: n)
    let shards = logits.sumOrder?.shards ?? [0..<n]
    return Tensor(
        "crossEntropy", shape: logits.sumOrder == nil ? [] : [shards.count], from: logits
    ) { y in
        for sample in 0..<n {
            requireShape(
                0..<classes ~= Int(labels.pointer[sample]),
                "label \(labels.pointer[sample]) of sample \(sample) is not below \(classes) classes")
        }
        kernels.softmaxRows(n, classes, logits.pointer, into: probabilities.pointer, logSums: logSums.pointer)
        for (shard, rows) in shards.enumerated() {
            let first = rows.lowerBound
            y.pointer[shard] = kernels.crossEntropySum(
                rows.count, classes, logits.pointer + first * classes, logSums: logSums.pointer + first,
                labels: labels.pointer + first)
        }
    } backward: { y in
        logits.receiveGradient {  // ∂L/∂logits = softmax − one-hot
            for (shard, rows) in shards.enumerated() {
                let first = rows.lowerBound
                kernels.crossEntropyBackward(
                    rows.count, classes, probabilities: probabilities.pointer + first * classes,
                    labels: labels.pointer + first, scale: y.gradientPointer[shard],
                    into: $0 + first * classes, beta: $1)
            }
        }
    }.keepingSamples(of: logits)
}
