/// The sizes of a convolution of one channel whose output is pooled 2 × 2 into cells, and of the layout that its
/// kernel works in: `[padded rows, phases, phaseLength]`, where phase p holds the columns p, p + phases, …, so that
/// neighbouring cells read neighbouring floats.
@frozen public struct CellShape: Sendable {
    public let shape: ConvolutionShape

    /// Nil where another layout is better: for several channels, or where filters fill vectors as well as cells do.
    public init?(_ shape: ConvolutionShape, pool: Int) {
        guard shape.channels == 1 && pool == 2 else { return nil }
        let columns = shape.outputColumns / 2
        let columnLanes = (columns + shape.lanes - 1) / shape.lanes * shape.lanes
        guard columns * shape.filterLanes > shape.filters * columnLanes else { return nil }
        self.shape = shape
    }

    /// The cells of one filter.
    @inlinable public var rows: Int { shape.outputRows / 2 }
    @inlinable public var columns: Int { shape.outputColumns / 2 }
    @inlinable public var count: Int { rows * columns }
    /// Products of one output pixel.
    @inlinable public var taps: Int { shape.filterCount }

    /// Into how many phases a row is split, the columns of each, and the floats of a row.
    @inlinable public var phases: Int { 2 * shape.stride }
    @inlinable public var phaseLength: Int { (shape.columns + 2 * shape.padding + phases - 1) / phases }
    @inlinable public var rowLength: Int { phases * phaseLength }
    /// Floats from the windows of one row of cells to those of the next, and of a whole sample.
    @inlinable public var rowStep: Int { phases * rowLength }
    @inlinable public var sampleLength: Int { (shape.rows + 2 * shape.padding) * rowLength }

    /// Where each of a cell's four pixels finds each tap, from the cell on: `[taps, 4]`.
    public var tapOffsets: [Int32] {
        (0..<4 * taps).map { index in
            let (tap, pixel) = (index / 4, index % 4)
            let row = pixel / 2 * shape.stride + tap / shape.kernelColumns
            let column = pixel % 2 * shape.stride + tap % shape.kernelColumns
            return Int32(row * rowLength + column % phases * phaseLength + column / phases)
        }
    }
}
