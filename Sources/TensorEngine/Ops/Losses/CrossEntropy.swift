import Determinism
import Kernels
import Limits

/// Class indices of a batch, overwritten when a recorded graph is replayed on other samples.
public final class Labels {
    public let count: Int
    public let pointer: UnsafeMutablePointer<Int32>
    /// How sums over the samples are taken, where they are those of several shards.
    public let sumOrder: SumOrder?

    public init(count: Int, sumOrder: SumOrder? = nil) {
        self.count = count
        self.sumOrder = sumOrder
        pointer = Memory.zeros(count, of: Int32.self, "for \(count) labels")
    }

    public convenience init(_ values: [Int]) {
        self.init(count: values.count)
        for (index, value) in values.enumerated() { pointer[index] = Int32(value) }
    }

    deinit { Memory.release(pointer) }
}

/// Softmax cross-entropy, summed over the rows: `Σ_r (log Σ_c e^logits[r, c] − logits[r, labels[r]])`.
///
/// With class weights w and label smoothing ε it is PyTorch's with `reduction="sum"`:
///
///     Σ_r (1 − ε) · w[label_r] · −log p[r, label_r] + ε / classes · Σ_c w[c] · −log p[r, c]
///
/// The trainer divides by the batch's samples; PyTorch's mean divides by the weights of the batch's labels, which would tie
/// a sample's share to what it was batched with. Weights that are 1 on the average over the data give the same scale.
///
/// - Parameters:
///   - logits: `[n, classes]`.
///   - labels: `n` class indices below `classes`.
///   - classWeights: one for each class; nil for ones.
///   - labelSmoothing: ε, in 0 ... 1: the share of the target that is spread over all classes.
/// - Returns: a scalar, or one value for each shard of the logits' `sumOrder`.
public func crossEntropy(
    _ logits: Tensor, _ labels: Labels, classWeights: [Float]? = nil, labelSmoothing: Float = 0
) -> Tensor {
    requireShape(
        logits.shape.count == 2 && logits.shape[0] == labels.count,
        "cross-entropy: logits \(logits.shape), [n, classes], do not fit \(labels.count) labels")
    let (n, classes) = (logits.shape[0], logits.shape[1])
    requireShape(
        classWeights == nil || classWeights?.count == classes,
        "cross-entropy: \(classWeights?.count ?? 0) class weights do not fit \(classes) classes")
    requireShape(
        (0...1).contains(labelSmoothing),
        "cross-entropy: a label smoothing of \(labelSmoothing) is not in 0 ... 1")
    let isPlain = classWeights == nil && labelSmoothing == 0
    let weights = Storage(isPlain ? [] : classWeights ?? [Float](repeating: 1, count: classes))
    let probabilities = Storage(count: n * classes)
    let logSums = Storage(count: n)
    let shards = logits.sumOrder?.shards ?? [0..<n]
    return Tensor(
        Operation(
            "crossEntropy",
            ["classWeights": .numbers(classWeights ?? []), "labelSmoothing": .number(labelSmoothing)]),
        shape: logits.sumOrder == nil ? [] : [shards.count], from: logits
    ) { y in
        for sample in 0..<n {
            requireShape(
                0..<classes ~= Int(labels.pointer[sample]),
                "label \(labels.pointer[sample]) of sample \(sample) is not below \(classes) classes")
        }
        kernels.softmaxRows(n, classes, logits.pointer, into: probabilities.pointer, logSums: logSums.pointer)
        for (shard, rows) in shards.enumerated() {
            let first = rows.lowerBound
            let (x, sums) = (logits.pointer + first * classes, logSums.pointer + first)
            y.pointer[shard] =
                isPlain
                ? kernels.crossEntropySum(
                    rows.count, classes, x, logSums: sums, labels: labels.pointer + first)
                : kernels.weightedCrossEntropySum(
                    rows.count, classes, x, logSums: sums, labels: labels.pointer + first,
                    weights: weights.pointer, smoothing: labelSmoothing)
        }
    } backward: { y in
        logits.receiveGradient {
            for (shard, rows) in shards.enumerated() {
                let first = rows.lowerBound
                let (p, target) = (probabilities.pointer + first * classes, $0 + first * classes)
                if isPlain {  // ∂L/∂logits = softmax − one-hot
                    kernels.crossEntropyBackward(
                        rows.count, classes, probabilities: p, labels: labels.pointer + first,
                        scale: y.gradientPointer[shard], into: target, beta: $1)
                } else {
                    kernels.weightedCrossEntropyBackward(
                        rows.count, classes, probabilities: p, labels: labels.pointer + first,
                        weights: weights.pointer, smoothing: labelSmoothing,
                        scale: y.gradientPointer[shard], into: target, beta: $1)
                }
            }
        }
    }.keepingSamples(of: logits)
}
