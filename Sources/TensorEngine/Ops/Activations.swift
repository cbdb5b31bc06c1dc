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

/// Leaky ReLU, elementwise: `x` where it is positive, else `x · slope` (Maas, Hannun & Ng 2013).
///
/// - Parameter slope: PyTorch's `negative_slope`.
public func leakyReLU(_ x: Tensor, slope: Float = 0.01) -> Tensor {
    activation(Operation("leakyReLU", ["slope": .number(slope)]), .leakyReLU(slope: slope), x)
}

/// Gaussian error linear unit, elementwise: `x · Φ(x)`, Φ being the normal distribution's (Hendrycks & Gimpel 2016).
///
/// - Parameter approximation: how Φ is computed.
public func gelu(_ x: Tensor, approximation: GELUApproximation = .none) -> Tensor {
    activation(
        Operation("gelu", ["approximation": .text(approximation.rawValue)]),
        approximation == .none ? .gelu : .tanhGELU, x)
}

/// How `gelu` computes the normal distribution, under PyTorch's names.
public enum GELUApproximation: String, Sendable {
    /// `(1 + erf(x/√2)) / 2`
    case none
    /// `(1 + tanh(√(2/π) · (x + 0.044715 x³))) / 2`
    case tanh
}

/// Sigmoid linear unit, or swish, elementwise: `x · σ(x)`.
public func silu(_ x: Tensor) -> Tensor { activation("silu", .silu, x) }

/// Elementwise `log(1 + eˣ)`, finite for every finite x.
public func softplus(_ x: Tensor) -> Tensor { activation("softplus", .softplus, x) }

/// Elementwise `eˣ`; arguments below −87.3 and above 88 saturate, so that there are no infinities.
public func exp(_ x: Tensor) -> Tensor { activation("exp", .exp, x) }

/// The natural logarithm, elementwise: −∞ at 0, NaN below.
public func log(_ x: Tensor) -> Tensor { activation("log", .log, x) }

/// The error function, elementwise: `2/√π ∫₀ˣ e^−t² dt`.
public func erf(_ x: Tensor) -> Tensor { activation("erf", .erf, x) }

private func activation(_ operation: Operation, _ f: Activation, _ x: Tensor) -> Tensor {
    Tensor(operation, shape: x.shape, from: x) { y in
        kernels.activate(f, y.count, x.pointer, into: y.pointer)
    } backward: { y in
        x.receiveGradient {
            kernels.activateBackward(f, y.count, x.pointer, y.gradientPointer, into: $0, beta: $1)
        }
    }.keepingSamples(of: x)
}
