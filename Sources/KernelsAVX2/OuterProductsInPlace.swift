import Determinism
import KernelTypes

/// Some columns of a sum of outer products of few terms, tile by tile.
struct SumInPlace: ColumnsBody {
    let m: Int
    let order: SumOrder
    let left: GroupsView
    let right: SamplesView
    let c: RowsView
    let partialSums: Floats

    @inline(__always)
    func run<let columns: Int, Vector: SIMD>(
        _ columnsType: InlineArray<columns, Vector>.Type, at column: Int, stored: Int
    ) where Vector.Scalar == Float {
        let tiles = TileOfSum(
            order: order, left: left, b: RowsView(right.pointer + column, stride: right.sampleStride),
            c: c.moved(by: column), stored: stored, partialSums: partialSums)
        forEachRows(m, ofAtMost: pairRows, columnsType, tiles)
    }
}

private struct TileOfSum: TileBody {
    let order: SumOrder
    let left: GroupsView
    let b, c: RowsView
    let stored: Int
    let partialSums: Floats

    @inline(__always)
    func run<let rows: Int, let columns: Int, Vector: SIMD>(_: Tile<rows, columns, Vector>.Type, at row: Int)
    where Vector.Scalar == Float {
        let a = left.matrix(from: row)
        let sums: Tile<rows, columns, Vector> = sumOfPieces(order, partialSums) { index in
            let samples = order.pieces[index].samples
            return chain(
                samples.count, a.moved(columns: samples.lowerBound), b.moved(rows: samples.lowerBound))
        }
        store(sums, into: c.moved(rows: row), stored: stored, adds: false)
    }
}

/// Adds pieces' sums as `pieceSchedule` says: on a stack that stays in the first-level cache, but two neighbours without
/// leaving the registers, which both must fit into.
///
/// - Parameter piece: the sums of a piece; called in order.
@inline(__always)
private func sumOfPieces<let rows: Int, let columns: Int, Vector: SIMD>(
    _ order: SumOrder, _ partialSums: Floats, _ piece: (_ index: Int) -> Tile<rows, columns, Vector>
) -> Tile<rows, columns, Vector> where Vector.Scalar == Float {
    let width = Vector.scalarCount
    let size = rows * columns * width
    let (count, mergesAfter) = (order.pieces.count, order.pieceSchedule.mergesAfter)
    var top = partialSums
    var index = 0
    while true {
        var sums = piece(index)
        var merges = mergesAfter[index]
        if merges == 0 && index + 1 < count && mergesAfter[index + 1] > 0 {
            index += 1
            sums += piece(index)
            merges = mergesAfter[index] - 1
        }
        for _ in 0..<merges {
            top -= size
            for i in 0..<rows {
                for j in 0..<columns { sums[i][j] += top.vector((i * columns + j) * width) }
            }
        }
        index += 1
        if index == count { return sums }
        for i in 0..<rows {
            for j in 0..<columns { top.store(sums[i][j], (i * columns + j) * width) }
        }
        top += size
    }
}
