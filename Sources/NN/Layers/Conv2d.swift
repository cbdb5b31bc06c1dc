import TensorEngine

/// Two-dimensional convolution with PyTorch's names and default initialisation.
public struct Conv2d: Module {
    public let weight: Parameter  // [outputs, inputs, kernel, kernel]
    public let bias: Parameter  // [outputs]
    public let stride: Int
    public let padding: Int
    public var parameters: KeyValuePairs<String, Parameter> { ["weight": weight, "bias": bias] }

    public init(inputs: Int, outputs: Int, kernel: Int, stride: Int = 1, padding: Int = 0) {
        let fanIn = inputs * kernel * kernel
        weight = Parameter([outputs, inputs, kernel, kernel], .torchDefault(fanIn: fanIn))
        bias = Parameter([outputs], .torchDefault(fanIn: fanIn))
        self.stride = stride
        self.padding = padding
    }

    /// `[n, inputs, rows, columns] → [n, outputs, rows', columns']`.
    public func callAsFunction(_ x: Tensor) -> Tensor {
        conv2d(x, weight: weight.tensor, bias: bias.tensor, stride: stride, padding: padding)
    }

    /// Convolution, ReLU, and the maximum of each `pool × pool` window, in one pass.
    public func reluMaxPooled(_ x: Tensor, pool: Int) -> Tensor {
        conv2dReLUMaxPool(
            x, weight: weight.tensor, bias: bias.tensor, stride: stride, padding: padding, pool: pool)
    }
}
