import TensorEngine

/// One LSTM layer with PyTorch's names, gate order (i f g o) and default initialisation.
public struct LSTM: Module {
    public let inputWeight: Parameter  // [4·hidden, features]
    public let hiddenWeight: Parameter  // [4·hidden, hidden]
    public let inputBias: Parameter  // [4·hidden]
    public let hiddenBias: Parameter  // [4·hidden]
    public var parameters: KeyValuePairs<String, Parameter> {
        [
            "weight_ih_l0": inputWeight, "weight_hh_l0": hiddenWeight, "bias_ih_l0": inputBias,
            "bias_hh_l0": hiddenBias,
        ]
    }

    public init(features: Int, hidden: Int) {
        inputWeight = Parameter([4 * hidden, features], .torchDefault(fanIn: hidden))
        hiddenWeight = Parameter([4 * hidden, hidden], .torchDefault(fanIn: hidden))
        inputBias = Parameter([4 * hidden], .torchDefault(fanIn: hidden))
        hiddenBias = Parameter([4 * hidden], .torchDefault(fanIn: hidden))
    }

    /// `[batch, time, features]` → every hidden state, `[batch, time, hidden]`, or the last, `[batch, hidden]`.
    public func callAsFunction(_ x: Tensor, returning output: SequenceOutput = .all) -> Tensor {
        lstm(
            x, inputWeight: inputWeight.tensor, hiddenWeight: hiddenWeight.tensor,
            inputBias: inputBias.tensor, hiddenBias: hiddenBias.tensor, returning: output)
    }
}
