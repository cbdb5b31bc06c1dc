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
    let (batch, outputCount) = (x.shape[0], shape.filters * shape.pixels)
    let workspace = ConvolutionWorkspace(shape, batch: batch, needsInputGradient: x.requiresGradient)
    let scratch = Storage(count: shape.pixels * shape.filterLanes)  // one output, channels-last
    return Tensor(
        shape: [batch, shape.filters, shape.outputRows, shape.outputColumns], from: x, weight, bias
    ) { y in
        workspace.load(x.pointer)
        workspace.load(weight: weight.pointer, bias: bias.pointer)
        for sample in 0..<batch {
            workspace.output(of: sample, pixels: 0..<shape.pixels, into: scratch.pointer)
            kernels.unpackOutput(shape, scratch.pointer, into: y.pointer + sample * outputCount)
        }
    } backward: { y in
        workspace.backpropagate(from: y, to: x, weight: weight, bias: bias) { sample, terms, starts in
            kernels.gatherGradient(
                shape, y.gradientPointer + sample * outputCount, origins: workspace.origins.pointer,
                into: terms, starts: starts)
        }
    }.costing(batch * shape.multiplications, operands: x, weight)
}
