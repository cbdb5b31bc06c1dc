/// The sizes of a two-dimensional convolution, and of the layouts its kernels work in.
///
/// Inside, a sample is padded and channels-last, `[rows + 2·padding, columns + 2·padding, channels]`: the
/// window of an output pixel is then `kernelRows` runs of `kernelColumns · channels` neighbouring floats, and
/// no matrix of windows (im2col) is ever written.
public struct ConvolutionShape: Sendable {
    public let channels, rows, columns: Int
    public let filters, kernelRows, kernelColumns: Int
    public let stride, padding: Int
    public let outputRows, outputColumns: Int

    public init(
        channels: Int, rows: Int, columns: Int, filters: Int, kernelRows: Int, kernelColumns: Int,
        stride: Int, padding: Int
    ) {
        (self.channels, self.rows, self.columns) = (channels, rows, columns)
        (self.filters, self.kernelRows, self.kernelColumns) = (filters, kernelRows, kernelColumns)
        (self.stride, self.padding) = (stride, padding)
        outputRows = (rows + 2 * padding - kernelRows) / stride + 1
        outputColumns = (columns + 2 * padding - kernelColumns) / stride + 1
    }

    /// Output pixels of a sample.
    public var pixels: Int { outputRows * outputColumns }
    /// Floats of one sample as the caller stores it, channels first.
    public var inputCount: Int { channels * rows * columns }
    /// Floats of one filter as the caller stores it, `[channels, kernelRows, kernelColumns]`.
    public var filterCount: Int { channels * kernelRows * kernelColumns }

    /// Floats of one row of a padded channels-last sample, and of the whole.
    public var rowLength: Int { (columns + 2 * padding) * channels }
    public var sampleLength: Int { (rows + 2 * padding) * rowLength }
    /// Floats that kernels may read past the last sample, and write back unchanged.
    public static var slack: Int { Lanes.scalarCount }

    /// Floats of one run of a window, as they are and rounded up to whole vectors.
    var run: Int { kernelColumns * channels }
    var runLength: Int { roundedUp(run) }
    /// Floats of one filter as the backward kernels store it, `[kernelRows, runLength]`.
    public var windowLength: Int { kernelRows * runLength }
    /// Filters rounded up to whole vectors.
    public var filterLanes: Int { roundedUp(filters) }

    private func roundedUp(_ count: Int) -> Int {
        (count + Lanes.scalarCount - 1) / Lanes.scalarCount * Lanes.scalarCount
    }

    /// Where in a padded channels-last sample the window of each output pixel begins.
    public var windowOrigins: [Int32] {
        (0..<pixels).map { pixel in
            let (row, column) = (pixel / outputColumns, pixel % outputColumns)
            return Int32(row * stride * rowLength + column * stride * channels)
        }
    }

    /// The same origins in an order in which neighbours do not overlap within a row: a window read right
    /// after one that overlaps it was written would wait for the write.
    public var spreadOrigins: [Int32] {
        let origins = windowOrigins
        let apart = (kernelColumns + stride - 1) / stride
        return (0..<apart).flatMap { first in
            (0..<outputRows).flatMap { row in
                Swift.stride(from: first, to: outputColumns, by: apart).map {
                    origins[row * outputColumns + $0]
                }
            }
        }
    }
}
