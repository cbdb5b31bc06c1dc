/// One time step of a recurrent cell over a batch: each matrix has a row for each sample.
///
/// Pre-activations x stand without gaps, `[samples, gates · hidden]`, and without their bias. Everything else has `units` floats
/// for each gate or state: `hidden`, filled up to a multiple of 16. What stands in the rest is any finite number.
public protocol RecurrentKernels {
    /// LSTM gates, in gate order i f g o, from their pre-activations:
    ///
    ///     i, f, o = σ(x + bias)    g = tanh(x + bias)    c′ = f ∘ c + i ∘ g        h′ = o ∘ tanh c′
    static func lstmGates(
        samples: Int, hidden: Int, units: Int, _ x: RowsView, bias: Floats, into gates: RowsView,
        cellBefore: RowsView, cell: RowsView, cellTanh: RowsView, output: RowsView
    )

    /// The backward of `lstmGates`: its activations give the gradients of the pre-activations, and
    /// `cellGradient` goes from ∂L/∂c′ (what later steps sent back) to ∂L/∂c.
    ///
    ///     ∂o = ∂h′ ∘ tanh c′       ∂c′ += ∂h′ ∘ o ∘ (1 − tanh² c′)
    ///     ∂i = ∂c′ ∘ g    ∂g = ∂c′ ∘ i    ∂f = ∂c′ ∘ c    ∂c = ∂c′ ∘ f
    static func lstmGatesBackward(
        samples: Int, units: Int, gates: RowsView, cellBefore: RowsView, cellTanh: RowsView,
        outputGradient: RowsView, cellGradient: RowsView, gradients: RowsView
    )

    /// GRU gates, from r's and z's whole pre-activations, n's input part, and n's hidden part, which stays:
    ///
    ///     r, z = σ(x + bias)    n = tanh(W x + b + r ∘ (U h + c))        h′ = n + z ∘ (h − n)
    static func gruGates(
        samples: Int, hidden: Int, units: Int, _ x: RowsView, bias: Floats, into gates: RowsView,
        before: RowsView, output: RowsView
    )

    /// The backward of `gruGates`: `gates` as it left them give the gradients of r's, z's and n's pre-activations and of n's
    /// hidden part; `stateGradient` goes from ∂L/∂h′ to ∂L/∂h as far as it flows past the gates, ∂h′ ∘ z.
    static func gruGatesBackward(
        samples: Int, units: Int, gates: RowsView, before: RowsView, stateGradient: RowsView,
        gradients: RowsView
    )

    /// A simple recurrent cell: `h′ = act(x + bias)`.
    static func rnnGates(
        samples: Int, units: Int, usesReLU: Bool, _ x: RowsView, bias: Floats, output: RowsView
    )

    /// The backward of `rnnGates`: its output gives the gradients of the pre-activations.
    static func rnnGatesBackward(
        samples: Int, units: Int, usesReLU: Bool, output: RowsView, outputGradient: RowsView,
        gradients: RowsView
    )
}
