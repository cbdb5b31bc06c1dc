import Kernels

/// Transposed two-dimensional convolution, as PyTorch's: what `conv2d`'s backward does to a gradient. Every pixel of the input
/// spreads its filters, `stride` apart:
///
///     y[n, f, r·stride + i − padding, c·stride + j − padding] += w[d, f, i, j] · x[n, d, r, c]        y begins with b[f]
///
/// - Parameters:
///   - x: `[n, channels, rows, columns]`.
///   - weight: `[channels, filters, kernelRows, kernelColumns]`.
///   - bias: `[filters]`.
///   - padding: rows and columns that are cut off on each side.
///   - outputPadding: rows and columns more at the lower and right side, below the stride.
/// - Returns: `[n, filters, (rows − 1)·stride − 2·padding + kernelRows + outputPadding, …]`.
public func convTranspose2d(
    _ x: Tensor, weight: Tensor, bias: Tensor, stride: Int = 1, padding: Int = 0, outputPadding: Int = 0
) -> Tensor {
    let shape = ConvolutionShape(
        transposed: x, weight: weight, bias: bias, stride: stride, padding: padding,
        outputPadding: outputPadding)
    let (batch, filters, pixels) = (x.shape[0], shape.channels, shape.rows * shape.columns)
    // The convolution whose way back this is takes the output to the input.
    let workspace = ConvolutionWorkspace(shape, batch: batch)
    let convolution = DenseGradients(workspace, order: x.sumOrder, wantsInputs: true)
    let noBias = Storage(count: shape.filters)
    let planeSums = Storage(count: batch * filters)
    let biasSums = ShardSums(count: filters, samples: batch, order: x.sumOrder)
    return Tensor(
        Operation(
            "convTranspose2d",
            [
                "stride": .integer(stride), "padding": .integer(padding),
                "outputPadding": .integer(outputPadding),
            ]), shape: [batch, filters, shape.rows, shape.columns], from: x, weight, bias
    ) { y in
        workspace.load(weight: weight.pointer, bias: noBias.pointer)
        convolution.loadFilters(weight.pointer)
        convolution.multiplyInputs(x.pointer, into: y.pointer)
        for plane in 0..<batch * filters {
            let plane = (values: y.pointer + plane * pixels, bias: bias.pointer + plane % filters)
            kernels.combine(.add, pixels, plane.values, 1, plane.bias, 0, into: plane.values, beta: 0)
        }
    } backward: { y in
        let g = y.gradientPointer
        if x.requiresGradient {
            x.receiveWholeGradient {
                workspace.run(g, weight: weight.pointer, bias: noBias.pointer, into: $0)
            }
        } else {
            workspace.load(0..<batch, of: g)
        }
        convolution.sumSamples(g, x.pointer, pause: y.pause)
        convolution.giveWeightGradient(to: weight, of: x)
        bias.receiveShardedGradient(of: x) { target, beta in
            kernels.rowSums(batch * filters, pixels, g, into: planeSums.pointer)
            biasSums.run(samplesAtOnce: 0) { samples, sums, _ in
                kernels.columnSums(
                    samples.count, filters, planeSums.pointer + samples.lowerBound * filters, into: sums,
                    beta: 0)
            }
            kernels.accumulate(filters, biasSums.total, into: target, beta: beta)
        }
    }.costing(batch * shape.multiplications, operands: x, weight).keepingSamples(of: x)
}

extension ConvolutionShape {
    /// The sizes of the convolution that takes the output of a transposed one to its input.
    fileprivate init(
        transposed x: Tensor, weight: Tensor, bias: Tensor, stride: Int, padding: Int, outputPadding: Int
    ) {
        requireShape(
            x.shape.count == 4 && weight.shape.count == 4 && x.shape[1] == weight.shape[0],
            """
            convTranspose2d: input \(x.shape) does not fit weight \(weight.shape): they are \
            [n, channels, rows, columns] and [channels, filters, kernel rows, kernel columns]
            """)
        requireShape(
            bias.shape == [weight.shape[1]],
            "convTranspose2d: bias \(bias.shape) does not fit the filters of weight \(weight.shape)")
        requireShape(
            stride > 0 && padding >= 0 && 0..<stride ~= outputPadding && weight.shape[2] > 0
                && weight.shape[3] > 0,
            """
            convTranspose2d needs filters of a pixel or more, stride > 0, padding ≥ 0 and 0 ≤ output padding < \
            stride, got \(weight.shape), \(stride), \(padding) and \(outputPadding)
            """)
        let (rows, columns) = (x.shape[2], x.shape[3])
        let outputRows = (rows - 1) * stride - 2 * padding + weight.shape[2] + outputPadding
        let outputColumns = (columns - 1) * stride - 2 * padding + weight.shape[3] + outputPadding
        requireShape(
            rows > 0 && columns > 0 && outputRows > 0 && outputColumns > 0,
            """
            convTranspose2d: with padding \(padding) nothing is left of the output of \(x.shape) and weight \
            \(weight.shape)
            """)
        self.init(
            channels: weight.shape[1], rows: outputRows, columns: outputColumns, filters: weight.shape[0],
            kernelRows: weight.shape[2], kernelColumns: weight.shape[3], stride: stride, padding: padding,
            lanes: kernels.lanes)
    }
}
