/// Between the layouts of callers, channels first, and those the convolution kernels work in.
public protocol ConvolutionLayoutKernels {
    /// One sample, channels first, into the middle of a padded channels-last one whose margin is already zero.
    static func packSample(_ shape: ConvolutionShape, _ x: Floats, into packed: Floats)

    /// One sample of one channel into the middle of one whose columns are split by phase and whose margin is already zero.
    static func packPhases(_ cells: CellShape, _ x: Floats, into packed: Floats)

    /// The middle of a padded channels-last gradient to one that is channels first: `x = packed + x · beta`.
    static func unpackSampleGradient(
        _ shape: ConvolutionShape, _ packed: Floats, row: Floats, into x: Floats, beta: Float
    )

    /// Filters `[filters, channels, kernelRows, kernelColumns]` for the forward kernel: panels of up to two
    /// vectors of filters, each `[kernelRows, kernelColumns, channels, filters of the panel]`, filled up with
    /// zeros.
    static func packFilterPanels(_ shape: ConvolutionShape, _ weight: Floats, into packed: Floats)

    /// Filters for the backward kernels: each `[kernelRows, kernelColumns · channels]` with rows of whole
    /// vectors, filled up with zeros.
    static func packFilterRuns(_ shape: ConvolutionShape, _ weight: Floats, into packed: Floats)

    /// The inverse of `packFilterRuns`, added to a gradient: `weight = packed + weight · beta`.
    static func unpackFilterGradient(
        _ shape: ConvolutionShape, _ packed: Floats, into weight: Floats, beta: Float
    )

    /// A whole output `[pixels, filterLanes]` to filters first, `[filters, pixels]`.
    static func unpackOutput(_ shape: ConvolutionShape, _ packed: Floats, into y: Floats)
}
