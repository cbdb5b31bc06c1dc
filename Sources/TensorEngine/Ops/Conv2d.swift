import Kernels

/// Two-dimensional convolution (cross-correlation, as PyTorch's):
///
///     y[n, f, r, c] = b[f] + Σ_{d, i, j} w[f, d, i, j] · x[n, d, r·stride + i − padding, c·stride + j − padding]
///
/// - Parameters:
///   - x: `[n, channels, rows, columns]`, zero outside.
///   - weight: `[filters, channels, kernelRows, kernelColumns]`.
///   - bias: `[filters]`.
/// - Returns: `[n, filters, (rows + 2·padding − kernelRows) / stride + 1, …]`.
public func conv2d(
    _ x: Tensor, weight: Tensor, bias: Tensor, stride: Int = 1, padding: Int = 0
) -> Tensor {
    let shape = ConvolutionShape("conv2d", x, weight: weight, bias: bias, stride: stride, padding: padding)
    let batch = x.shape[0]
    let workspace = ConvolutionWorkspace(shape, batch: batch)
    let gradients = DenseGradients(workspace, order: x.sumOrder, wantsInputs: x.requiresGradient)
    return Tensor(
        Operation("conv2d", ["stride": .integer(stride), "padding": .integer(padding)]),
        shape: [batch, shape.filters, shape.outputRows, shape.outputColumns], from: x, weight, bias
    ) { y in
        workspace.run(x.pointer, weight: weight.pointer, bias: bias.pointer, into: y.pointer)
    } backward: { y in
        gradients.backpropagate(from: y, to: x, weight: weight, bias: bias)
    }.costing(batch * shape.multiplications, operands: x, weight).keepingSamples(of: x)
}
