/// Convolutions of one sample, alone and pooled.
public protocol ConvolutionKernels {
    /// `maxPool2d(relu(conv2d(x)), kernel: 2)` of one sample of one channel.
    ///
    /// Each pixel's sum is ordered as by `multiplyWindows`, and the maximum chosen as by `poolStrip`.
    ///
    /// - Parameters:
    ///   - x: from `packPhases`.
    ///   - weight: `[filters, kernelRows, kernelColumns]`.
    ///   - y, choices: `[filters, cells]`: the values, and the pixel each came from.
    static func convolveCells(
        _ cells: CellShape, taps: UnsafePointer<Int32>, _ x: Floats, weight: Floats, bias: Floats,
        into y: Floats, choices: UnsafeMutablePointer<Int32>
    )

    /// Sums of windows times a panel of filters: `y[pixel, filter] = start[pixel, filter] + Σ_term x[origins[pixel] +
    /// term] · panel[term, filter]`.
    ///
    /// Each value is its start plus one product after the other, in the order of the runs, whatever the tiles and the
    /// width of a vector.
    ///
    /// - Parameters:
    ///   - origins: where each pixel's window begins in x.
    ///   - runs: the terms of every window, from its origin on.
    ///   - panel: `[terms, lanes]`; `lanes` is a multiple of eight.
    ///   - start: `[pixels, lanes]`; a bias for all pixels is rows of stride 0.
    ///   - y: `[pixels, lanes]`.
    static func multiplyWindows(
        _ pixels: Int, origins: UnsafePointer<Int32>, runs: UnsafeBufferPointer<WindowRun>, _ x: Floats,
        panel: RowsView, lanes: Int, start: RowsView, into y: RowsView
    )

    /// 1×1 filters times an image as it stands, channels first: `y[output, pixel] = bias[output] + Σ_channel
    /// weight[output, channel] · x[channel, pixel]`.
    ///
    /// Each value is its start plus one product after the other, whatever the tiles and the width of a vector.
    ///
    /// - Parameters:
    ///   - pixels: a multiple of eight.
    ///   - weight: `[outputs, channels]`.
    ///   - bias: `[outputs]`.
    ///   - adds: whether the sums begin with what is in y, not with the bias.
    static func multiplyPixels(
        outputs: Int, channels: Int, pixels: Int, weight: Floats, bias: Floats, _ x: RowsView,
        into y: RowsView, adds: Bool
    )

    /// The maximum of each `pool × pool` window of `pool` rows of a convolution's output, then ReLU.
    ///
    /// - Parameters:
    ///   - firstPixel: the strip's first output pixel.
    ///   - strip: `[pool, outputColumns, filterLanes]`.
    ///   - maxima, choices: `[cells, filterLanes]`: the values, and the pixel each came from (the first of
    ///     equals).
    static func poolStrip(
        _ shape: ConvolutionShape, pool: Int, firstPixel: Int, _ strip: Floats, maxima: Floats,
        choices: UnsafeMutablePointer<Int32>
    )

    /// Cells and their choices, `[cells, filterLanes]`, to filters first, `[filters, cells]`.
    static func scatterCells(
        _ shape: ConvolutionShape, cells: Int, maxima: Floats, choices: UnsafeMutablePointer<Int32>,
        into y: Floats, choices target: UnsafeMutablePointer<Int32>
    )
}
