/// One time step of a recurrent cell over a batch. Rows are units, the samples lie along the vectors; in each matrix the
/// step's samples start at the given pointer, and rows are a stride apart. `lanes` is a multiple of 16.
public protocol RecurrentKernels {
    /// LSTM gates, in place: pre-activations `[4·hidden]` in gate order i f g o, still without their `bias`, become
    /// activations, and
    ///
    ///     c′ = f ∘ c + i ∘ g        h′ = o ∘ tanh c′
    static func lstmGates(
        hidden: Int, lanes: Int, gates: RowsView, bias: Floats, cellBefore: RowsView, cell: RowsView,
        cellTanh: RowsView, output: RowsView
    )

    /// The backward of `lstmGates`: the activations in `gates` give the `gradients` of the pre-activations, and
    /// `cellGradient` goes from ∂L/∂c′ (what later steps sent back) to ∂L/∂c.
    ///
    ///     ∂o = ∂h′ ∘ tanh c′       ∂c′ += ∂h′ ∘ o ∘ (1 − tanh² c′)
    ///     ∂i = ∂c′ ∘ g    ∂g = ∂c′ ∘ i    ∂f = ∂c′ ∘ c    ∂c = ∂c′ ∘ f
    static func lstmGatesBackward(
        hidden: Int, lanes: Int, gates: RowsView, cellBefore: RowsView, cellTanh: RowsView,
        outputGradient: RowsView, cellGradient: RowsView, gradients: RowsView
    )

    /// GRU gates, in place: `gates` `[4·hidden]` holds r's and z's whole pre-activations, n's input part and n's hidden
    /// part U h + c, all still without their `bias`; the first three become r, z, n, and the last stays.
    ///
    ///     n = tanh(… + r ∘ (U h + c))        h′ = n + z ∘ (h − n)
    static func gruGates(
        hidden: Int, lanes: Int, gates: RowsView, bias: Floats, before: RowsView, output: RowsView
    )

    /// The backward of `gruGates`: `gates` as it left them gives the `gradients` of r's, z's and n's pre-activations and of
    /// n's hidden part; `stateGradient` goes from ∂L/∂h′ to ∂L/∂h as far as it flows past the gates, ∂h′ ∘ z.
    static func gruGatesBackward(
        hidden: Int, lanes: Int, gates: RowsView, before: RowsView, stateGradient: RowsView,
        gradients: RowsView
    )

    /// A simple recurrent cell: `h′ = act(pre-activation + bias)`.
    static func rnnGates(
        hidden: Int, lanes: Int, usesReLU: Bool, gates: RowsView, bias: Floats, output: RowsView
    )

    /// The backward of `rnnGates`: its output gives the `gradients` of the pre-activations.
    static func rnnGatesBackward(
        hidden: Int, lanes: Int, usesReLU: Bool, output: RowsView, outputGradient: RowsView,
        gradients: RowsView
    )
}
