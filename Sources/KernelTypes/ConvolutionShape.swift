/// The sizes of a two-dimensional convolution, and of the layouts its kernels work in.
///
/// Inside, a sample is padded and channels-last, `[rows + 2·padding, columns + 2·padding, channels]`: the
/// window of an output pixel is then `kernelRows` runs of `kernelColumns · channels` neighbouring floats, and
/// no matrix of windows (im2col) is ever written.
@frozen public struct ConvolutionShape: Sendable {
    public let channels, rows, columns: Int
    public let filters, kernelRows, kernelColumns: Int
    public let stride, padding: Int
    /// Floats of the vectors the kernels use; filters and runs are filled up to whole ones.
    public let lanes: Int
    public let outputRows, outputColumns: Int

    public init(
        channels: Int, rows: Int, columns: Int, filters: Int, kernelRows: Int, kernelColumns: Int,
        stride: Int, padding: Int, lanes: Int
    ) {
        self.lanes = lanes
        (self.channels, self.rows, self.columns) = (channels, rows, columns)
        (self.filters, self.kernelRows, self.kernelColumns) = (filters, kernelRows, kernelColumns)
        (self.stride, self.padding) = (stride, padding)
        outputRows = (rows + 2 * padding - kernelRows) / stride + 1
        outputColumns = (columns + 2 * padding - kernelColumns) / stride + 1
    }

    /// Output pixels of a sample.
    @inlinable public var pixels: Int { outputRows * outputColumns }
    /// Multiplications of one sample's forward pass.
    @inlinable public var multiplications: Int { filters * pixels * filterCount }
    /// Floats of one sample as the caller stores it, channels first.
    @inlinable public var inputCount: Int { channels * rows * columns }
    /// Floats of one filter as the caller stores it, `[channels, kernelRows, kernelColumns]`.
    @inlinable public var filterCount: Int { channels * kernelRows * kernelColumns }

    /// Floats of one row of a padded channels-last sample, and of the whole.
    @inlinable public var rowLength: Int { (columns + 2 * padding) * channels }
    @inlinable public var sampleLength: Int { (rows + 2 * padding) * rowLength }
    /// Floats of one run of a window, as they are and rounded up to whole vectors of `runLanes`.
    @inlinable public var run: Int { kernelColumns * channels }
    @inlinable public var runLength: Int { (run + runLanes - 1) / runLanes * runLanes }
    /// Floats of the vectors that take a run: the shorter ones for a run that fits one of them.
    @inlinable public var runLanes: Int { run <= 8 ? 8 : lanes }
    /// Floats of one filter as the backward kernels store it, `[kernelRows, runLength]`.
    @inlinable public var windowLength: Int { kernelRows * runLength }
    /// Filters rounded up to whole vectors.
    @inlinable public var filterLanes: Int { (filters + lanes - 1) / lanes * lanes }

    /// The runs of a window, in the order in which its sum is taken: by block of 32 channels, kernel row, kernel column,
    /// channel.
    public var windowRuns: [WindowRun] {
        let blocks = FilterPanels(of: channels)
        return (0..<blocks.count).flatMap { block in
            (0..<kernelRows).flatMap { row -> [WindowRun] in
                if blocks.count == 1 { return WindowRun(offset: row * rowLength, length: run).cut }
                return (0..<kernelColumns).map { column in
                    WindowRun(
                        offset: row * rowLength + column * channels + block * FilterPanels.width,
                        length: blocks.held(block))
                }
            }
        }
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
