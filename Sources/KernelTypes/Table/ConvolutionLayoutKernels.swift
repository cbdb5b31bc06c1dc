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

    /// Every stride-th pixel of every stride-th row of a sample's channels: `[channels, outputRows, outputColumns]`, what
    /// 1×1 filters without padding meet.
    static func pickPixels(_ shape: ConvolutionShape, _ x: Floats, into picked: Floats)

    /// The inverse for a gradient: `x = picked + x · beta`, where pixels that were not picked are zero.
    ///
    /// - Parameter room: `[rows, columns]`, used where something is added.
    static func spreadPixels(
        _ shape: ConvolutionShape, _ picked: Floats, room: Floats, into x: Floats, beta: Float)

    /// Filters `[filters, channels, kernelRows, kernelColumns]` in `FilterPanels`, each `[terms, lanes]` in the order of
    /// `shape.windowRuns`.
    ///
    /// - Parameter scratch: a block of 32 filters and 32 channels, twice.
    static func packFilterPanels(
        _ shape: ConvolutionShape, _ weight: Floats, scratch: Floats, into packed: Floats)

    /// The inverse for a gradient: `weight = packed + weight · beta`.
    static func unpackPanelGradient(
        _ shape: ConvolutionShape, _ packed: Floats, scratch: Floats, into weight: Floats, beta: Float)

    /// FilterPanels of channels for an `InputGradientPhase`, `[panels of filters, taps, filters, channels]` each.
    ///
    /// - Parameter filterPanels: from `packFilterPanels`.
    static func packInputGradientPanels(
        _ shape: ConvolutionShape, taps: UnsafeBufferPointer<Int32>, filterPanels: Floats, into packed: Floats
    )

    /// ∂L/∂y of one sample, `[filters, pixels]`, into a layout whose margins are already zero.
    static func packOutputGradient(_ layout: GradientLayout, _ g: Floats, into packed: Floats)

    /// `y[c, r] = x[r, c] + beta · y[c, r]`.
    ///
    /// - Parameter room: `[columns, rows]`, used where something is added.
    static func transposeAdding(
        rows: Int, columns: Int, _ x: Floats, xStride: Int, into y: Floats, yStride: Int, room: Floats,
        beta: Float)

    /// Copies row r of `[count, lanes]` to `places[r]`; `lanes` is a multiple of eight.
    static func scatterRows(
        _ count: Int, lanes: Int, _ x: Floats, places: UnsafePointer<Int32>, into y: Floats)

    /// Filters for the sparse backward: each `[kernelRows, kernelColumns · channels]` with rows of whole
    /// vectors, filled up with zeros.
    static func packFilterRuns(_ shape: ConvolutionShape, _ weight: Floats, into packed: Floats)

    /// The inverse of `packFilterRuns`, added to a gradient: `weight = packed + weight · beta`.
    static func unpackFilterGradient(
        _ shape: ConvolutionShape, _ packed: Floats, into weight: Floats, beta: Float
    )
}
