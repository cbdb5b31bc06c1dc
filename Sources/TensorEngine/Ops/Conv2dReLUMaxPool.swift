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
    precondition(
        pool > 0 && rows > 0 && columns > 0,
        "pooling \(pool) × \(pool) does not fit an output of \(shape.outputRows) × \(shape.outputColumns)")
    let (batch, cells) = (x.shape[0], rows * columns)
    let workspace = ConvolutionWorkspace(shape, batch: batch, needsInputGradient: x.requiresGradient)
    let cellRow = pool * shape.outputColumns  // pixels of one row of cells
    let rowsAtOnce = max(1, min(rows, cacheFloats / (cellRow * shape.filterLanes)))
    let strip = Storage(count: rowsAtOnce * cellRow * shape.filterLanes)
    let maxima = Storage(count: columns * shape.filterLanes)
    let rowChoices = Indices(count: columns * shape.filterLanes)
    let choices = Indices(count: batch * shape.filters * cells)  // the pixel each value came from
    return Tensor(shape: [batch, shape.filters, rows, columns], from: x, weight, bias) { y in
        workspace.load(x.pointer, weight: weight.pointer, bias: bias.pointer)
        for sample in 0..<batch {
            for row in 0..<rows {
                let part = row % rowsAtOnce
                if part == 0 {
                    let end = min(row + rowsAtOnce, rows)
                    workspace.output(of: sample, pixels: row * cellRow..<end * cellRow, into: strip.pointer)
                }
                poolStrip(
                    shape, pool: pool, firstPixel: row * cellRow,
                    strip.pointer + part * cellRow * shape.filterLanes, maxima: maxima.pointer,
                    choices: rowChoices.pointer)
                let target = sample * shape.filters * cells + row * columns
                scatterCells(
                    shape, cells: columns, planeLength: cells, maxima: maxima.pointer,
                    choices: rowChoices.pointer, into: y.pointer + target, choices: choices.pointer + target)
            }
        }
    } backward: { y in
        workspace.backpropagate(x: x, weight: weight, bias: bias) { sample, terms, starts in
            let first = sample * shape.filters * cells
            gatherPooledGradient(
                shape, cells: cells, y: y.pointer + first, g: y.gradientPointer + first,
                choices: choices.pointer + first, origins: workspace.origins.pointer, into: terms,
                starts: starts)
        }
    }.costing(batch * shape.multiplications, operands: x, weight)
}

/// What of a convolution's output waits for pooling: it stays in the first-level cache.
private let cacheFloats = 4096
