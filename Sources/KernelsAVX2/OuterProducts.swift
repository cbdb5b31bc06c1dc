import CCPU
import Determinism
import KernelTypes

extension VectorKernels {
    public static func sumOuterProducts(
        m: Int, n: Int, _ order: SumOrder, _ left: SamplesView, _ right: SamplesView, into c: RowsView,
        scratch: Floats
    ) {
        if order.sumsInPlace {
            return forEachColumns(
                n, SumInPlace(m: m, order: order, left: left, right: right, c: c, partialSums: scratch))
        }
        let partialSums = scratch
        guard order.isPacked(m: m, n: n) else {
            for first in stride(from: 0, to: m, by: SumOrder.rowsAtOnce) {
                forEachColumns(
                    n,
                    SumByPieces(
                        m: min(SumOrder.rowsAtOnce, m - first), order: order, left: left.moved(by: first),
                        groupStride: 8, right: PanelsView(RowsView(right.pointer, stride: right.sampleStride)),
                        rightStepStride: right.stepStride, c: c.moved(rows: first), partialSums: partialSums))
            }
            return
        }
        // Both factors are packed, a piece's terms one after the other: of the right one all panels, of the left one some
        // rows at a time, which then stay in the second-level cache for all panels.
        let terms = order.terms
        let panels = scratch + order.partialSumsCount
        let rows = panels + PanelsView.packedCount(rows: terms, columns: n)
        packTerms(order, right, columns: n, width: PanelsView.width, into: panels)
        for first in stride(from: 0, to: m, by: SumOrder.rowsAtOnce) {
            let count = min(SumOrder.rowsAtOnce, m - first)
            packTerms(order, left.moved(by: first), columns: count, width: 8, into: rows)
            forEachColumns(
                n,
                SumByPieces(
                    m: count, order: order, left: SamplesView(rows, sampleStride: 8), groupStride: terms * 8,
                    right: PanelsView(packed: panels, rows: terms), rightStepStride: nil,
                    c: c.moved(rows: first), partialSums: partialSums))
        }
    }

    public static func sumRows(_ order: SumOrder, _ columns: Int, _ x: SamplesView, into sums: Floats) {
        typealias Block = InlineArray<4, Lanes>
        let width = Lanes.scalarCount
        withUnsafeTemporaryAllocation(of: Block.self, capacity: order.pieceSchedule.depth) { partialSums in
            for first in stride(from: 0, to: columns, by: 4 * width) {
                order.pieceSchedule.run { index, level in
                    let piece = order.pieces[index]
                    var total = Block(repeating: .zero)
                    for step in piece.steps {
                        for sample in piece.samples {
                            let row = x.row(step, sample) + first
                            for j in 0..<4 { total[j] += row.vector(j * width) }
                        }
                    }
                    partialSums[level] = total
                } merge: { level in
                    for j in 0..<4 { partialSums[level][j] += partialSums[level + 1][j] }
                }
                for j in 0..<4 {
                    let count = min(width, columns - first - j * width)
                    if count > 0 { sums.save(partialSums[0][j], first + j * width, count) }
                }
            }
        }
    }
}

extension SamplesView {
    @inline(__always)
    func row(_ step: Int, _ sample: Int) -> Floats { pointer + step * stepStride + sample * sampleStride }
}

/// Rows in the order of their terms: `[panel, term, width]`, where columns beyond the last may hold anything.
private func packTerms(
    _ order: SumOrder, _ x: SamplesView, columns: Int, width: Int, into packed: Floats
) {
    let panelStride = order.terms * width
    var target = packed
    for piece in order.pieces {
        for step in piece.steps {
            for sample in piece.samples {
                let row = x.row(step, sample)
                let ahead = row + 4 * x.sampleStride
                for column in stride(from: 0, to: columns, by: 16) { lockstep_prefetch(ahead + column) }
                var panel = target
                for column in stride(from: 0, to: columns, by: width) {
                    for at in stride(from: 0, to: width, by: 8) {
                        panel.store(row.vector(column + at) as SIMD8<Float>, at)
                    }
                    panel += panelStride
                }
                target += width
            }
        }
    }
}

/// Some columns of a sum of outer products, piece by piece.
private struct SumByPieces: ColumnsBody {
    let m: Int
    let order: SumOrder
    /// Groups of eight rows lie `groupStride` apart.
    let left: SamplesView
    let groupStride: Int
    let right: PanelsView
    /// Nil where the terms are packed: both factors' then lie one after the other.
    let rightStepStride: Int?
    let c: RowsView
    let partialSums: Floats

    @inline(__always)
    func run<let columns: Int, Vector: SIMD>(
        _ columnsType: InlineArray<columns, Vector>.Type, at column: Int, stored: Int
    ) where Vector.Scalar == Float {
        // A piece's part of the panel stays in the first-level cache for all rows.
        let panel = right.columns(from: column)
        var first = 0
        for index in order.pieces.indices {
            let piece = order.pieces[index]
            var (steps, samples) = (piece.steps.count, piece.samples.count)
            var (leftOffset, rightOffset) = (first * left.sampleStride, first * panel.stride)
            if let rightStepStride {
                let (step, sample) = (piece.steps.lowerBound, piece.samples.lowerBound)
                leftOffset = step * left.stepStride + sample * left.sampleStride
                rightOffset = step * rightStepStride + sample * panel.stride
            } else {
                (steps, samples) = (1, piece.terms)
            }
            first += piece.terms
            if column == 0 && index + 1 < order.pieces.count && rightStepStride != nil {
                prefetch(order.pieces[index + 1])
            }
            let tiles = PieceOfSum(
                schedule: order.pieceSchedule, index: index, steps: steps, samples: samples,
                left: SamplesView(
                    left.pointer + leftOffset, stepStride: left.stepStride, sampleStride: left.sampleStride),
                groupStride: groupStride,
                right: SamplesView(
                    panel.pointer + rightOffset, stepStride: rightStepStride ?? 0, sampleStride: panel.stride),
                c: c.moved(by: column), stored: stored, partialSums: partialSums)
            forEachRows(m, ofAtMost: packedTileRows, columnsType, tiles)
        }
    }
}

extension SumByPieces {
    /// Starts fetching a piece's rows of the left factor, which the second-level cache then keeps for all columns.
    @inline(never)
    private func prefetch(_ piece: SumOrder.Piece) {
        for step in piece.steps {
            for sample in piece.samples {
                let row = left.row(step, sample)
                for at in stride(from: 0, to: m, by: 16) { lockstep_prefetch(row + at) }
            }
        }
    }
}

/// A piece's share of them: it is merged with the partial sums that end with it, and else joins them.
private struct PieceOfSum: TileBody {
    let schedule: SumSchedule
    let index: Int
    let steps, samples: Int
    let left: SamplesView
    let groupStride: Int
    let right: SamplesView
    let c: RowsView
    let stored: Int
    /// `[row of c, level, columns]`.
    let partialSums: Floats

    @inline(__always)
    func run<let rows: Int, let columns: Int, Vector: SIMD>(_: Tile<rows, columns, Vector>.Type, at row: Int)
    where Vector.Scalar == Float {
        let width = Vector.scalarCount
        var sums = Tile<rows, columns, Vector>(
            repeating: InlineArray<columns, Vector>(repeating: Vector(repeating: 0)))
        var a = left.pointer + row / 8 * groupStride + row % 8
        var b = right.pointer
        for _ in 0..<steps {
            extend(
                &sums, samples, MatrixView(a, rowStride: 1, columnStride: left.sampleStride),
                RowsView(b, stride: right.sampleStride))
            a += left.stepStride
            b += right.stepStride
        }
        let size = rows * columns * width
        var top = partialSums + row * columns * width * schedule.depth + schedule.levels[index] * size
        for _ in 0..<schedule.mergesAfter[index] {
            top -= size
            for i in 0..<rows {
                for j in 0..<columns { sums[i][j] += top.vector((i * columns + j) * width) }
            }
        }
        if index == schedule.mergesAfter.count - 1 {
            return store(sums, into: c.moved(rows: row), stored: stored, adds: false)
        }
        for i in 0..<rows {
            for j in 0..<columns { top.store(sums[i][j], (i * columns + j) * width) }
        }
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

/// Some columns of a sum of outer products of few terms, read where they lie.
private struct SumInPlace: ColumnsBody {
    let m: Int
    let order: SumOrder
    let left, right: SamplesView
    let c: RowsView
    let partialSums: Floats

    @inline(__always)
    func run<let columns: Int, Vector: SIMD>(
        _ columnsType: InlineArray<columns, Vector>.Type, at column: Int, stored: Int
    ) where Vector.Scalar == Float {
        let tiles = SumInPlaceTile(
            order: order, a: MatrixView(left.pointer, rowStride: 1, columnStride: left.sampleStride),
            b: RowsView(right.pointer + column, stride: right.sampleStride), c: c.moved(by: column),
            stored: stored, partialSums: partialSums)
        forEachRows(m, ofAtMost: pairRows, columnsType, tiles)
    }
}

private struct SumInPlaceTile: TileBody {
    let order: SumOrder
    let a: MatrixView
    let b, c: RowsView
    let stored: Int
    let partialSums: Floats

    @inline(__always)
    func run<let rows: Int, let columns: Int, Vector: SIMD>(_: Tile<rows, columns, Vector>.Type, at row: Int)
    where Vector.Scalar == Float {
        let sums: Tile<rows, columns, Vector> = sumOfPieces(order, partialSums) { index in
            let samples = order.pieces[index].samples
            return chain(
                samples.count, a.moved(rows: row).moved(columns: samples.lowerBound),
                b.moved(rows: samples.lowerBound))
        }
        store(sums, into: c.moved(rows: row), stored: stored, adds: false)
    }
}
