import TensorEngine

/// Affine map `y = x Wᵀ + b` with PyTorch's default initialisation.
public struct Linear: Module {
    public let weight: Parameter  // [outputs, inputs]
    public let bias: Parameter  // [outputs]
    public var parameters: KeyValuePairs<String, Parameter> { ["weight": weight, "bias": bias] }

    public init(inputs: Int, outputs: Int) {
        weight = Parameter([outputs, inputs], .torchDefault(fanIn: inputs))
        bias = Parameter([outputs], .torchDefault(fanIn: inputs))
    }

    /// `[n, inputs] → [n, outputs]`.
    public func callAsFunction(_ x: Tensor) -> Tensor {
        linear(x, weight: weight.tensor, bias: bias.tensor)
    }
}
