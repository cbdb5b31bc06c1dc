import TensorEngine

/// Layer normalisation over the last axes, with PyTorch's names and first values: weights of 1 and biases of 0.
///
/// There is no batch normalisation here, on purpose: it ties samples together. A sample's values would depend on what it is
/// batched with, and the result of a run on how batches are cut into shards; this house's promise is that it does not. Layer
/// and group normalisation see one sample at a time.
public struct LayerNorm: Module {
    public let weight: Parameter  // [size…]
    public let bias: Parameter  // [size…]
    public let epsilon: Float
    public var parameters: KeyValuePairs<String, Parameter> { ["weight": weight, "bias": bias] }

    /// - Parameter shape: the last axes of the inputs: those that are normalised.
    public init(_ shape: Int..., epsilon: Float = 1e-5) {
        weight = Parameter(shape, .constant(1))
        bias = Parameter(shape, .constant(0))
        self.epsilon = epsilon
    }

    /// `[…, size…] → […, size…]`.
    public func callAsFunction(_ x: Tensor) -> Tensor {
        layerNorm(x, weight: weight.tensor, bias: bias.tensor, epsilon: epsilon)
    }
}
