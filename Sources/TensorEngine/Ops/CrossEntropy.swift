import Kernels

/// Class indices of a batch, overwritten when a recorded graph is replayed on other samples.
public final class Labels {
    public let count: Int
    public let pointer: UnsafeMutablePointer<Int32>

    public init(count: Int) {
        self.count = count
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
public func crossEntropy(_ logits: Tensor, _ labels: Labels) -> Tensor {
    precondition(
        logits.shape.count == 2 && logits.shape[0] == labels.count,
        "cross-entropy needs [n, classes] and n labels, got \(logits.shape) and \(labels.count)")
    let (n, classes) = (logits.shape[0], logits.shape[1])
    let probabilities = Storage(count: n * classes)
    let logSums = Storage(count: n)
    return Tensor(shape: [], from: logits) { y in
        for sample in 0..<n {
            precondition(
                0..<classes ~= Int(labels.pointer[sample]),
                "label \(labels.pointer[sample]) of sample \(sample) is not below \(classes) classes")
        }
        softmaxRows(n, classes, logits.pointer, into: probabilities.pointer, logSums: logSums.pointer)
        y.pointer[0] = crossEntropySum(
            n, classes, logits.pointer, logSums: logSums.pointer, labels: labels.pointer)
    } backward: { y in
        logits.receiveGradient {  // ∂L/∂logits = softmax − one-hot
            crossEntropyBackward(
                n, classes, probabilities: probabilities.pointer, labels: labels.pointer,
                scale: y.gradientPointer[0], into: $0, beta: $1)
        }
    }
}
