/// A function of one element, which a network applies elementwise; its backward needs the element alone.
@frozen public enum Activation: Sendable, Equatable {
    /// `eˣ`; arguments below −87.3 and above 88 saturate.
    case exp
    /// The natural logarithm: −∞ at 0, NaN below.
    case log
    /// The error function, `2/√π ∫₀ˣ e^−t² dt`.
    case erf
    /// `x · Φ(x)`, Φ being the normal distribution's: `x/2 · (1 + erf(x/√2))` (Hendrycks & Gimpel 2016).
    case gelu
    /// Its approximation `x/2 · (1 + tanh(√(2/π) · (x + 0.044715 x³)))`.
    case tanhGELU
    /// `x · σ(x)` (Elfwing, Uchibe & Doya 2017).
    case silu
    /// `log(1 + eˣ)`, finite for every finite x.
    case softplus
    /// `x` where it is positive, else `x · slope`.
    case leakyReLU(slope: Float)
}
