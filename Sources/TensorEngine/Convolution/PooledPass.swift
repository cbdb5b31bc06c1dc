import Kernels

/// A forward pass of `conv2dReLUMaxPool`, sample by sample.
protocol PooledPass {
    func load(weight: Floats, bias: Floats)
    /// One sample `x`, as the caller stores it, to its maxima and the pixels they came from, `[filters, cells]`.
    func run(_ sample: Int, _ x: Floats, into y: Floats, choices: UnsafeMutablePointer<Int32>)
}

/// The convolution in vectors of filters, pooled strip by strip.
final class StripPass: PooledPass {
    private let workspace: ConvolutionWorkspace
    private let pool, rows, columns: Int
    private let rowsAtOnce: Int
    private let strip: Storage  // [rowsAtOnce, pool, outputColumns, filterLanes]
    private let maxima: Storage  // [rows, columns, filterLanes]
    private let choices: Indices  // likewise

    init(_ workspace: ConvolutionWorkspace, pool: Int) {
        let shape = workspace.shape
        (self.workspace, self.pool) = (workspace, pool)
        (rows, columns) = (shape.outputRows / pool, shape.outputColumns / pool)
        let rowLength = pool * shape.outputColumns * shape.filterLanes
        rowsAtOnce = max(1, min(rows, cacheFloats / rowLength))
        strip = Storage(count: rowsAtOnce * rowLength)
        maxima = Storage(count: rows * columns * shape.filterLanes)
        choices = Indices(count: maxima.count)
    }

    func load(weight: Floats, bias: Floats) { workspace.load(weight: weight, bias: bias) }

    func run(_ sample: Int, _ x: Floats, into y: Floats, choices target: UnsafeMutablePointer<Int32>) {
        let shape = workspace.shape
        let rowPixels = pool * shape.outputColumns
        for row in 0..<rows {
            let part = row % rowsAtOnce
            if part == 0 {
                let end = min(row + rowsAtOnce, rows)
                workspace.product.multiply(
                    pixels: row * rowPixels..<end * rowPixels, of: workspace.sample(sample),
                    into: RowsView(strip.pointer, stride: shape.filterLanes))
            }
            let cell = row * columns * shape.filterLanes
            kernels.poolStrip(
                shape, pool: pool, firstPixel: row * rowPixels,
                strip.pointer + part * rowPixels * shape.filterLanes, maxima: maxima.pointer + cell,
                choices: choices.pointer + cell)
        }
        kernels.scatterCells(
            shape, cells: rows * columns, maxima: maxima.pointer, choices: choices.pointer, into: y,
            choices: target)
    }
}

/// What of a convolution's output waits for pooling: it stays in the first-level cache.
private let cacheFloats = 4096

/// The convolution in vectors of cells, pooled in registers.
final class CellPass: PooledPass {
    private let cells: CellShape
    private let taps: Indices
    private let sample: Storage  // split by phase, the margins zero
    private var filters: (weight: Floats, bias: Floats)?

    init(_ cells: CellShape) {
        self.cells = cells
        taps = Indices(cells.tapOffsets)
        sample = Storage(count: cells.sampleLength)
    }

    func load(weight: Floats, bias: Floats) { filters = (weight, bias) }

    func run(_ sample: Int, _ x: Floats, into y: Floats, choices: UnsafeMutablePointer<Int32>) {
        guard let filters else { preconditionFailure("a pass runs after its filters are loaded") }
        kernels.packPhases(cells, x, into: self.sample.pointer)
        kernels.convolveCells(
            cells, taps: taps.pointer, self.sample.pointer, weight: filters.weight, bias: filters.bias,
            into: y, choices: choices)
    }
}
