import Determinism
import KernelTypes

extension VectorKernels {
    public static func multiply(
        m: Int, n: Int, k: Int, _ a: MatrixView, _ b: PanelsView, into c: RowsView, beta: Float
    ) {
        forEachColumns(n, Product(m: m, k: k, a: a, b: b, c: c, adds: beta != 0))
    }
}

/// `c = a · b (+ c)`.
private struct Product: ColumnsBody {
    let m, k: Int
    let a: MatrixView
    let b: PanelsView
    let c: RowsView
    let adds: Bool

    @inline(__always)
    func run<let columns: Int, Vector: SIMD>(
        _ columnsType: InlineArray<columns, Vector>.Type, at column: Int, stored: Int
    ) where Vector.Scalar == Float {
        let panel = b.columns(from: column)
        // A piece of the panel stays in the first-level cache for all rows.
        var first = 0
        repeat {
            let piece = ProductPiece(
                length: min(longestProduct, k - first), a: a.moved(columns: first),
                b: panel.moved(rows: first), c: c.moved(by: column), stored: stored, adds: adds || first > 0)
            forEachRows(m, ofAtMost: productRows, doubles: true, columnsType, piece)
            first += longestProduct
        } while first < k
    }
}

/// A piece of the sums of some columns.
private struct ProductPiece: TileBody {
    let length: Int
    let a: MatrixView
    let b, c: RowsView
    let stored: Int
    let adds: Bool

    @inline(__always)
    func run<let rows: Int, let columns: Int, Vector: SIMD>(_: Tile<rows, columns, Vector>.Type, at row: Int)
    where Vector.Scalar == Float {
        let sums: Tile<rows, columns, Vector> = chain(length, a.moved(rows: row), b)
        store(sums, into: c.moved(rows: row), stored: stored, adds: adds)
    }
}

/// The most terms of one chain of a product: a panel of so many rows stays in the first-level cache. Part of every result's
/// bits.
private let longestProduct = 256
