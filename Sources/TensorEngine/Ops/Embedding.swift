import Kernels

/// Looks up rows of a table: `y[i] = weight[indices[i]]`, `[…] → […, features]`.
///
/// - Parameters:
///   - indices: `[…]`, whole numbers below `count`, such as `argmax` or `Labels.numbers` give; no gradient flows to them.
///   - weight: `[count, features]`.
public func embedding(_ indices: Tensor, weight: Tensor) -> Tensor {
    precondition(
        weight.shape.count == 2, "embedding needs a table [count, features], got \(weight.shape)")
    let (count, features) = (weight.shape[0], weight.shape[1])
    func row(_ position: Int) -> Int {
        let index = indices.pointer[position]
        precondition(
            index >= 0 && index < Float(count), "embedding has rows 0 ..< \(count), the index is \(index)")
        return Int(index)
    }
    return Tensor(shape: indices.shape + [features], from: indices, weight) { y in
        for i in 0..<indices.count {
            kernels.copy(features, weight.pointer + row(i) * features, into: y.pointer + i * features)
        }
    } backward: { y in
        weight.receiveGradient { target, beta in  // ∂L/∂weight[r] = Σ over i with indices[i] = r of g[i]
            if beta == 0 { kernels.fill(weight.count, target, with: 0) }
            for i in 0..<indices.count {
                let place = target + row(i) * features
                kernels.accumulate(features, y.gradientPointer + i * features, into: place, beta: 1)
            }
        }
    }
}

extension Labels {
    /// The labels as numbers of a graph, read again at every replay.
    ///
    /// - Parameter shape: of as many values.
    public func numbers(shape: [Int]) -> Tensor {
        precondition(
            shape.reduce(1, *) == count, "shape \(shape) needs as many labels as it has values, got \(count)")
        return Tensor(shape: shape, from: []) { [self] y in
            for i in 0..<count { y.pointer[i] = Float(pointer[i]) }
        }
    }
}
