import TensorEngine

/// Transposed two-dimensional convolution with PyTorch's names and default initialisation.
public struct ConvTranspose2d: Module {
    public let weight: Parameter  // [inputs, outputs, kernel, kernel]
    public let bias: Parameter  // [outputs]
    public let stride: Int
    public let padding: Int
    public let outputPadding: Int
    public var parameters: KeyValuePairs<String, Parameter> { ["weight": weight, "bias": bias] }

    public init(
        inputs: Int, outputs: Int, kernel: Int, stride: Int = 1, padding: Int = 0, outputPadding: Int = 0
    ) {
        // PyTorch takes the weight's second axis for what is summed here too.
        let fanIn = outputs * kernel * kernel
        weight = Parameter([inputs, outputs, kernel, kernel], .torchDefault(fanIn: fanIn))
        bias = Parameter([outputs], .torchDefault(fanIn: fanIn))
        self.stride = stride
        self.padding = padding
        self.outputPadding = outputPadding
    }

    /// `[n, inputs, rows, columns] → [n, outputs, (rows − 1)·stride − 2·padding + kernel + outputPadding, …]`.
    public func callAsFunction(_ x: Tensor) -> Tensor {
        convTranspose2d(
            x, weight: weight.tensor, bias: bias.tensor, stride: stride, padding: padding,
            outputPadding: outputPadding)
    }
}
