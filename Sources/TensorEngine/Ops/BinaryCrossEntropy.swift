import Kernels

/// Binary cross-entropy of logits, summed over all values:
/// `Σ max(x, 0) − x·y + log(1 + e^−|x|) = −Σ y·log σ(x) + (1 − y)·log(1 − σ(x))`, finite for every finite x.
///
/// - Parameters:
///   - logits: x, any shape.
///   - targets: y, as many values in 0 ... 1, through which no gradient flows.
public func binaryCrossEntropy(_ logits: Tensor, _ targets: Tensor) -> Tensor {
    precondition(
        logits.shape == targets.shape,
        "binary cross-entropy needs a target for each logit, got \(logits.shape) and \(targets.shape)")
    let losses = Storage(count: logits.count)
    return Tensor(shape: [], from: logits, targets) { y in
        kernels.binaryCrossEntropy(logits.count, logits.pointer, targets.pointer, into: losses.pointer)
        y.pointer[0] = Float(kernels.sum(losses.count, losses.pointer))
    } backward: { y in
        logits.receiveGradient {  // ∂L/∂x = σ(x) − y
            kernels.binaryCrossEntropyBackward(
                logits.count, logits.pointer, targets.pointer, scale: y.gradientPointer[0], into: $0,
                beta: $1)
        }
    }
}
