import Determinism
import KernelTypes

/// Products longer than this are added to `c` in pieces, so that a panel of `b` stays in the L1 cache. Part of every
/// result's bits.
let longestSum = 256

extension VectorKernels {
    public static func multiply(
        m: Int, n: Int, k: Int, _ a: MatrixView, _ b: RowsView, into c: RowsView, beta: Float
    ) {
        var first = 0
        repeat {
            let length = min(longestSum, k - first)
            multiplyPanels(
                DoublePanel.self, m: m, n: n, Chain(count: length), a.moved(columns: first),
                b.moved(rows: first), c, adds: beta != 0 || first > 0)
            first += length
        } while first < k
    }

    public static func multiply(
        m: Int, n: Int, _ order: SumOrder, _ a: MatrixView, _ b: RowsView, into c: RowsView,
        partialSums: Floats
    ) {
        multiplyPanels(
            PairPanel.self, m: m, n: n, ShardTerms(order: order, partialSums: partialSums), a, b, c,
            adds: false)
    }
}

/// Goes over panels of columns: two vectors wide, then one.
@inline(__always)
private func multiplyPanels<let rows: Int>(
    _ double: InlineArray<rows, InlineArray<2, Lanes>>.Type, m: Int, n: Int, _ terms: some Terms,
    _ a: MatrixView, _ b: RowsView, _ c: RowsView, adds: Bool
) {
    let width = Lanes.scalarCount
    var column = 0
    while n - column > width {
        multiplyColumns(
            double, m: m, terms, a, b, c, at: column, stored: min(n - column, 2 * width), adds: adds
        )
        column += 2 * width
    }
    if column < n {
        multiplyColumns(
            SinglePanel.self, m: m, terms, a, b, c, at: column, stored: n - column, adds: adds)
    }
}

/// So small that the sums of two shards are in registers at once.
private typealias PairPanel = InlineArray<4, InlineArray<2, Lanes>>

/// One panel of columns: blocks of the full height, then of four rows, then of one.
@inline(__always)
private func multiplyColumns<let rows: Int, let columns: Int, Vector: SIMD>(
    _ block: InlineArray<rows, InlineArray<columns, Vector>>.Type, m: Int, _ terms: some Terms,
    _ a: MatrixView, _ b: RowsView, _ c: RowsView, at column: Int, stored: Int, adds: Bool
) where Vector.Scalar == Float {
    let right = b.moved(by: column)
    let target = c.moved(by: column)
    var row = 0
    while m - row >= rows {
        multiplyTile(
            block, terms, a.moved(rows: row), right, target, firstRow: row, stored: stored, addsToC: adds)
        row += rows
    }
    while m - row >= 4 {
        multiplyTile(
            InlineArray<4, InlineArray<columns, Vector>>.self, terms, a.moved(rows: row), right, target,
            firstRow: row, stored: stored, addsToC: adds)
        row += 4
    }
    while row < m {
        multiplyTile(
            InlineArray<1, InlineArray<columns, Vector>>.self, terms, a.moved(rows: row), right, target,
            firstRow: row, stored: stored, addsToC: adds)
        row += 1
    }
}

extension MatrixView {
    @inline(__always)
    func moved(columns: Int) -> MatrixView {
        MatrixView(pointer + columns * columnStride, rowStride: rowStride, columnStride: columnStride)
    }

    @inline(__always)
    func moved(rows: Int) -> MatrixView {
        MatrixView(pointer + rows * rowStride, rowStride: rowStride, columnStride: columnStride)
    }
}

extension RowsView {
    @inline(__always)
    func moved(rows: Int) -> RowsView { RowsView(pointer + rows * stride, stride: stride) }

    @inline(__always)
    func moved(by columns: Int) -> RowsView { RowsView(pointer + columns, stride: stride) }
}
