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
                length: min(longestProductChain, k - first), a: a.moved(columns: first),
                b: panel.moved(rows: first), c: c.moved(by: column), stored: stored, adds: adds || first > 0)
            forEachRows(m, ofAtMost: productRows, doubles: true, columnsType, piece)
            first += longestProductChain
        } while first < k
    }
}

extension Product {
    @inline(__always)
    func runWithTail(at column: Int, stored: Int) {
        let width = 2 * Lanes.scalarCount
        guard tilesHaveTails else {
            run(InlineArray<2, Lanes>.self, at: column, stored: stored)
            return run(InlineArray<1, SIMD4<Float>>.self, at: column + width, stored: stored - width)
        }
        let (panel, tail) = (b.columns(from: column), b.columns(from: column + width))
        var first = 0
        repeat {
            let piece = ProductPieceWithTail(
                length: min(longestProductChain, k - first), a: a.moved(columns: first),
                b: panel.moved(rows: first), tail: tail.moved(rows: first), c: c.moved(by: column),
                stored: stored, adds: adds || first > 0)
            forEachRows(m, ofAtMost: productRows, InlineArray<2, Lanes>.self, piece)
            first += longestProductChain
        } while first < k
    }
}

/// The same for two vectors and a tail of up to four columns.
private struct ProductPieceWithTail: TileBody {
    let length: Int
    let a: MatrixView
    let b, tail, c: RowsView
    let stored: Int
    let adds: Bool

    @inline(__always)
    func run<let rows: Int, let columns: Int, Vector: SIMD>(_: Tile<rows, columns, Vector>.Type, at row: Int)
    where Vector.Scalar == Float {
        let width = Lanes.scalarCount
        let a = a.moved(rows: row)
        var sums = Tile<rows, 2, Lanes>(repeating: InlineArray<2, Lanes>(repeating: .zero))
        var tails = Tile<rows, 1, SIMD4<Float>>(repeating: InlineArray<1, SIMD4<Float>>(repeating: .zero))
        for p in 0..<length {
            let right = b.pointer + p * b.stride
            let (first, second): (Lanes, Lanes) = (right.vector(0), right.vector(width))
            let last: SIMD4<Float> = (tail.pointer + p * tail.stride).vector(0)
            for i in 0..<rows {
                let left = Lanes(repeating: a.pointer[i * a.rowStride + p * a.columnStride])
                sums[i][0] = sums[i][0].addingProduct(left, first)
                sums[i][1] = sums[i][1].addingProduct(left, second)
                tails[i][0] = tails[i][0].addingProduct(left.firstFour, last)
            }
        }
        let c = c.moved(rows: row)
        store(sums, into: c, stored: 2 * width, adds: adds)
        store(tails, into: c.moved(by: 2 * width), stored: stored - 2 * width, adds: adds)
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
