import Kernels

/// The place of the first largest value of each row: `[n, classes] → [n]`, whole numbers; no gradient flows back.
public func argmax(_ x: Tensor) -> Tensor {
    requireShape(x.shape.count == 2 && x.shape[1] > 0, "argmax needs [n, classes ≥ 1], got \(x.shape)")
    let (n, classes) = (x.shape[0], x.shape[1])
    return Tensor("argmax", shape: [n], from: [x]) { y in
        for r in 0..<n { y.pointer[r] = Float(kernels.firstMaximum(classes, x.pointer + r * classes)) }
    }.keepingSamples(of: x)
}
