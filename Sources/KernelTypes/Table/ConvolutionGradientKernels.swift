/// The backward of convolutions, over the pixels whose gradient is not zero.
public protocol ConvolutionGradientKernels {
    /// The pixels whose gradient is not zero, filter by filter: after max-pooling that is one in four at most,
    /// and zeros would cost as much as the rest.
    ///
    /// - Parameters:
    ///   - g: ∂L/∂y of one sample, `[filters, pixels]`.
    ///   - starts: `[filters + 1]`, where each filter's terms begin.
    static func gatherGradient(
        _ shape: ConvolutionShape, _ g: Floats, origins: UnsafePointer<Int32>,
        into terms: UnsafeMutablePointer<WeightedOffset>, starts: UnsafeMutablePointer<Int32>
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
    /// - Parameter filters: where each filter begins in `weight`.
    static func addFilterGradient(
        _ shape: ConvolutionShape, _ x: Floats, filters: UnsafePointer<Int32>,
        terms: UnsafePointer<WeightedOffset>, starts: UnsafePointer<Int32>, into weight: Floats, bias: Floats
    )

    /// Adds to one sample's padded channels-last ∂L/∂x: each window receives `Σ_filter g · filter`.
    static func addInputGradient(
        _ shape: ConvolutionShape, origins: UnsafePointer<Int32>, filterRuns: Floats,
        terms: UnsafePointer<WeightedOffset>, ends: UnsafePointer<Int32>, into gx: Floats
    )

    /// As `gatherGradient`, from the gradient after pooling and ReLU: each positive maximum passes its own to its
    /// pixel.
    ///
    /// - Parameters:
    ///   - y, g, choices: `[filters, cells]` of one sample.
    static func gatherPooledGradient(
        _ shape: ConvolutionShape, cells: Int, y: Floats, g: Floats, choices: UnsafePointer<Int32>,
        origins: UnsafePointer<Int32>, into terms: UnsafeMutablePointer<WeightedOffset>,
        starts: UnsafeMutablePointer<Int32>
    )
}
