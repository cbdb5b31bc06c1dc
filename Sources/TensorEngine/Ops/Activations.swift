import Kernels

/// Logistic sigmoid, elementwise: `σ(x) = 1 / (1 + e⁻ˣ)`.
public func sigmoid(_ x: Tensor) -> Tensor {
    Tensor("sigmoid", shape: x.shape, from: x) { y in
        kernels.sigmoid(y.count, x.pointer, into: y.pointer)
    } backward: { y in
        x.receiveGradient {
            kernels.sigmoidBackward(y.count, y.pointer, y.gradientPointer, into: $0, beta: $1)
        }
    }.keepingSamples(of: x)
}

/// Hyperbolic tangent, elementwise.
public func tanh(_ x: Tensor) -> Tensor {
    Tensor("tanh", shape: x.shape, from: x) { y in
        kernels.tanh(y.count, x.pointer, into: y.pointer)
    } backward: { y in
        x.receiveGradient { kernels.tanhBackward(y.count, y.pointer, y.gradientPointer, into: $0, beta: $1) }
    }.keepingSamples(of: x)
}

/// Rectified linear unit, elementwise: `max(x, 0)`; its gradient at 0 is 0.
public func relu(_ x: Tensor) -> Tensor {
    Tensor("relu", shape: x.shape, from: x) { y in
        kernels.relu(y.count, x.pointer, into: y.pointer)
    } backward: { y in
        x.receiveGradient { kernels.reluBackward(y.count, y.pointer, y.gradientPointer, into: $0, beta: $1) }
    }.keepingSamples(of: x)
}
