/// The backward of convolutions: of dense gradients, and over the pixels whose gradient is not zero.
public protocol ConvolutionGradientKernels {
    /// A panel of ∂L/∂weight of a dense gradient, from some pixels: `gradient[term, filter] = Σ_pixel x[origins[pixel] +
    /// term · termStride] · g[places[pixel] + filter] + beta · gradient[term, filter]`, one product after the other.
    ///
    /// - Parameters:
    ///   - runs: the terms of every window, from its origin on.
    ///   - termStride: floats of x from one term to the next.
    ///   - gradient: `[terms, lanes]`; `lanes` is a multiple of eight.
    static func windowGradient(
        _ pixels: Int, origins: UnsafePointer<Int32>, places: UnsafePointer<Int32>,
        runs: UnsafeBufferPointer<WindowRun>, _ x: Floats, termStride: Int, _ g: Floats, lanes: Int,
        into gradient: Floats, beta: Float
    )

    /// `sums[filter] = Σ_pixel g[places[pixel] + filter] + beta · sums[filter]`, in four sums over every fourth pixel.
    static func pixelSums(
        _ pixels: Int, places: UnsafePointer<Int32>, _ g: Floats, lanes: Int, into sums: Floats, beta: Float
    )

    /// The pixels whose gradient is not zero, filter by filter, from the gradient after pooling and ReLU: each positive
    /// maximum passes its own to its pixel. Zeros would cost as much as the rest.
    ///
    /// - Parameters:
    ///   - y, g, choices: `[filters, cells]` of one sample.
    ///   - starts: `[filters + 1]`, where each filter's terms begin.
    static func gatherPooledGradient(
        _ shape: ConvolutionShape, cells: Int, y: Floats, g: Floats, choices: UnsafePointer<Int32>,
        origins: UnsafePointer<Int32>, into terms: UnsafeMutablePointer<WeightedOffset>,
        starts: UnsafeMutablePointer<Int32>
    )

    /// The same terms ordered by pixel: each pixel's offsets are those of filters in `packFilterRuns`.
    ///
    /// - Parameters:
    ///   - origins: every window's origin, in the order in which `addInputGradient` visits them.
    ///   - cursors: `[sampleLength]`, scratch.
    ///   - ends: `[pixels]`, where the terms of each of `origins` end.
    static func sortByPixel(
        _ shape: ConvolutionShape, origins: UnsafePointer<Int32>, terms: UnsafePointer<WeightedOffset>,
        starts: UnsafePointer<Int32>, into sorted: UnsafeMutablePointer<WeightedOffset>,
        cursors: UnsafeMutablePointer<Int32>, ends: UnsafeMutablePointer<Int32>
    )

    /// Adds one sample's share to ∂L/∂weight (laid out as by `packFilterRuns`) and to ∂L/∂bias: `Σ_pixel g ·
    /// window`.
    ///
    /// - Parameters:
    ///   - filters: where each filter begins in `weight`.
    ///   - start: what the sums do with those that are there.
    static func addFilterGradient(
        _ shape: ConvolutionShape, _ x: Floats, filters: UnsafePointer<Int32>,
        terms: UnsafePointer<WeightedOffset>, starts: UnsafePointer<Int32>, into weight: Floats, bias: Floats,
        start: ChainStart
    )

    /// Adds to one sample's padded channels-last ∂L/∂x: each window receives `Σ_filter g · filter`.
    static func addInputGradient(
        _ shape: ConvolutionShape, origins: UnsafePointer<Int32>, filterRuns: Floats,
        terms: UnsafePointer<WeightedOffset>, ends: UnsafePointer<Int32>, into gx: Floats
    )
}
