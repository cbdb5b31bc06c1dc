/// Convolutions of one sample, alone and pooled.
public protocol ConvolutionKernels {
    /// `maxPool2d(relu(conv2d(x)), kernel: 2)` of one sample of one channel.
    ///
    /// Each pixel's sum is ordered as by `convolve`, and the maximum chosen as by `poolStrip`.
    ///
    /// - Parameters:
    ///   - x: from `packPhases`.
    ///   - weight: `[filters, kernelRows, kernelColumns]`.
    ///   - y, choices: `[filters, cells]`: the values, and the pixel each came from.
    static func convolveCells(
        _ cells: CellShape, taps: UnsafePointer<Int32>, _ x: Floats, weight: Floats, bias: Floats,
        into y: Floats, choices: UnsafeMutablePointer<Int32>
    )

    /// The convolution of one sample at some of its output pixels: `y[pixel, filter] = bias + Σ window · filter`.
    ///
    /// Each value is its bias plus one product after the other, in the order kernel row, kernel column, channel,
    /// whatever the tiles and the width of a vector.
    ///
    /// - Parameters:
    ///   - origins: `shape.windowOrigins`.
    ///   - x: a padded channels-last sample.
    ///   - panels: from `packFilterPanels`.
    ///   - bias: `[filterLanes]`.
    ///   - y: `[pixels.count, filterLanes]`.
    static func convolve(
        _ shape: ConvolutionShape, pixels: Range<Int>, origins: UnsafePointer<Int32>, _ x: Floats,
        panels: Floats, bias: Floats, into y: Floats
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
