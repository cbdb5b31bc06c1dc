import TensorEngine

// Activations as layers, for networks that keep theirs in a list; `relu`, `tanh` and `sigmoid` are functions.

/// `x · Φ(x)`, Φ being the normal distribution's.
public struct GELU: Module {
    public let approximation: GELUApproximation

    public init(approximation: GELUApproximation = .none) { self.approximation = approximation }

    /// Elementwise, any shape.
    public func callAsFunction(_ x: Tensor) -> Tensor { gelu(x, approximation: approximation) }
}

/// `x · σ(x)`.
public struct SiLU: Module {
    public init() {}

    /// Elementwise, any shape.
    public func callAsFunction(_ x: Tensor) -> Tensor { silu(x) }
}

/// `x` where it is positive, else `x · slope`.
public struct LeakyReLU: Module {
    public let slope: Float

    public init(slope: Float = 0.01) { self.slope = slope }

    /// Elementwise, any shape.
    public func callAsFunction(_ x: Tensor) -> Tensor { leakyReLU(x, slope: slope) }
}

/// `log(1 + eˣ)`.
public struct Softplus: Module {
    public init() {}

    /// Elementwise, any shape.
    public func callAsFunction(_ x: Tensor) -> Tensor { softplus(x) }
}
