import TensorEngine

/// Normalisation of each sample's channels in groups, with PyTorch's names and first values: weights of 1 and biases of 0.
/// One group normalises all channels together, as many as channels each alone (instance normalisation). Why not over the
/// batch: see `LayerNorm`.
public struct GroupNorm: Module {
    public let groups: Int
    public let weight: Parameter  // [channels]
    public let bias: Parameter  // [channels]
    public let epsilon: Float
    public var parameters: KeyValuePairs<String, Parameter> { ["weight": weight, "bias": bias] }

    public init(groups: Int, channels: Int, epsilon: Float = 1e-5) {
        weight = Parameter([channels], .constant(1))
        bias = Parameter([channels], .constant(0))
        self.groups = groups
        self.epsilon = epsilon
    }

    /// `[n, channels, …] → [n, channels, …]`.
    public func callAsFunction(_ x: Tensor) -> Tensor {
        groupNorm(x, groups: groups, weight: weight.tensor, bias: bias.tensor, epsilon: epsilon)
    }
}
