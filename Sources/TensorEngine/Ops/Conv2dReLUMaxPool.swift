import Kernels

/// `maxPool2d(relu(conv2d(x)), kernel: pool)` in one pass: the convolution's output is pooled while it is in
/// the cache, and only the pixels that won a window are visited on the way back.
///
/// - Parameters:
///   - x: `[n, channels, rows, columns]`, zero outside.
///   - weight: `[filters, channels, kernelRows, kernelColumns]`.
///   - bias: `[filters]`.
///   - pool: edge and stride of the pooling windows.
/// - Returns: `[n, filters, pooled rows, pooled columns]`.
public func conv2dReLUMaxPool(
    _ x: Tensor, weight: Tensor, bias: Tensor, stride: Int = 1, padding: Int = 0, pool: Int
) -> Tensor {
    let shape = ConvolutionShape(
        "conv2dReLUMaxPool", x, weight: weight, bias: bias, stride: stride, padding: padding)
    let (rows, columns) = (shape.outputRows / max(pool, 1), shape.outputColumns / max(pool, 1))
    requireShape(
        pool > 0 && rows > 0 && columns > 0,
        "pooling \(pool) × \(pool) does not fit an output of \(shape.outputRows) × \(shape.outputColumns)")
    let (batch, cells) = (x.shape[0], rows * columns)
    let workspace = ConvolutionWorkspace(shape, batch: batch, isPooled: true)
    let gradients = SparseGradients(workspace, x: x)
    let choices = Indices(count: batch * shape.filters * cells)  // the pixel each value came from
    let pass: any PooledPass =
        if let cells = CellShape(shape, pool: pool) {
            CellPass(cells)
        } else {
            StripPass(workspace, pool: pool)
        }
    return Tensor(
        Operation(
            "conv2dReLUMaxPool",
            ["stride": .integer(stride), "padding": .integer(padding), "pool": .integer(pool)]),
        shape: [batch, shape.filters, rows, columns], from: x, weight, bias
    ) { y in
        pass.load(weight: weight.pointer, bias: bias.pointer)
        for sample in 0..<batch {
            let first = sample * shape.filters * cells
            workspace.load(sample..<sample + 1, of: x.pointer)
            pass.run(
                sample, x.pointer + sample * shape.inputCount, into: y.pointer + first,
                choices: choices.pointer + first)
        }
    } backward: { y in
        gradients.backpropagate(from: y, to: x, weight: weight, bias: bias) {
            sample, origins, terms, starts in
            let first = sample * shape.filters * cells
            kernels.gatherPooledGradient(
                shape, cells: cells, y: y.pointer + first, g: y.gradientPointer + first,
                choices: choices.pointer + first, origins: origins, into: terms, starts: starts)
        }
    }.costing(batch * shape.multiplications, operands: x, weight).keepingSamples(of: x)
}
