import Kernels

/// Logistic sigmoid, elementwise: `σ(x) = 1 / (1 + e⁻ˣ)`.
public func sigmoid(_ x: Tensor) -> Tensor {
    Tensor(shape: x.shape, from: x) { y in
        sigmoid(y.count, x.pointer, into: y.pointer)
    } backward: { y in
        x.receiveGradient { sigmoidBackward(y.count, y.pointer, y.gradientPointer, into: $0, beta: $1) }
    }
}

/// Hyperbolic tangent, elementwise.
public func tanh(_ x: Tensor) -> Tensor {
    Tensor(shape: x.shape, from: x) { y in
        tanh(y.count, x.pointer, into: y.pointer)
    } backward: { y in
        x.receiveGradient { tanhBackward(y.count, y.pointer, y.gradientPointer, into: $0, beta: $1) }
    }
}

/// Rectified linear unit, elementwise: `max(x, 0)`; its gradient at 0 is 0.
public func relu(_ x: Tensor) -> Tensor {
    Tensor(shape: x.shape, from: x) { y in
        relu(y.count, x.pointer, into: y.pointer)
    } backward: { y in
        x.receiveGradient { reluBackward(y.count, y.pointer, y.gradientPointer, into: $0, beta: $1) }
    }.keepingSamples(of: x)
}
