import CCPU
import Determinism
import KernelTypes

extension VectorKernels {
    public static func groupRows(samples: Int, columns: Int, _ rows: RowsView, into groups: Floats) {
        // More streams than a cache has ways would hinder each other.
        let (width, atOnce) = (GroupsView.width, 4)
        for first in stride(from: 0, to: columns, by: atOnce * width) {
            let end = min(first + atOnce * width, columns)
            for sample in 0..<samples {
                let row = rows.pointer + sample * rows.stride
                for column in stride(from: first, to: end, by: width) {
                    (groups + column * samples).store(row.vector(column) as SIMD8<Float>, sample * width)
                }
            }
        }
    }

    public static func sumOuterProducts(
        m: Int, n: Int, _ order: SumOrder, _ left: GroupsView, _ right: SamplesView, into c: RowsView,
        scratch: Floats
    ) {
        if order.sumsInPlace {
            return forEachColumns(
                n, SumInPlace(m: m, order: order, left: left, right: right, c: c, partialSums: scratch))
        }
        var panels = PanelsView(RowsView(right.pointer, stride: right.sampleStride))
        if order.packs(n) {
            panels = PanelsView(packed: scratch + order.partialSumsCount, rows: order.terms)
            packTerms(order, right, columns: n, into: panels.pointer)
        }
        for first in stride(from: 0, to: m, by: SumOrder.rowsAtOnce) {
            forEachColumns(
                n,
                SumByPieces(
                    m: min(SumOrder.rowsAtOnce, m - first), order: order, left: left.moved(by: first),
                    right: panels, rightStepStride: order.packs(n) ? nil : right.stepStride,
                    c: c.moved(rows: first), partialSums: scratch))
        }
    }

    public static func sumRows(_ order: SumOrder, _ columns: Int, _ x: GroupsView, into sums: Floats) {
        let width = GroupsView.width
        typealias Block = InlineArray<4, SIMD8<Float>>  // as many chains as hide an addition's latency
        withUnsafeTemporaryAllocation(of: Block.self, capacity: order.pieceSchedule.depth) { partialSums in
            for first in stride(from: 0, to: columns, by: 4 * width) {
                let groups = min(4, (columns - first + width - 1) / width)
                let group = x.moved(by: first)
                order.pieceSchedule.run { index, level in
                    let piece = order.pieces[index]
                    var total = Block(repeating: .zero)
                    for step in piece.steps {
                        let rows = group.pointer + step * group.stepStride
                        if groups == 4 {
                            for sample in piece.samples {
                                for j in 0..<4 { total[j] += rows.vector((j * x.samples + sample) * width) }
                            }
                        } else {
                            for sample in piece.samples {
                                for j in 0..<groups {
                                    total[j] += rows.vector((j * x.samples + sample) * width)
                                }
                            }
                        }
                    }
                    partialSums[level] = total
                } merge: { level in
                    for j in 0..<4 { partialSums[level][j] += partialSums[level + 1][j] }
                }
                for column in first..<min(first + 4 * width, columns) {
                    sums[column] = partialSums[0][(column - first) / width][(column - first) % width]
                }
            }
        }
    }
}

/// Rows in the order of their terms: `[panel, term, width]`, where columns beyond the last may hold anything.
private func packTerms(_ order: SumOrder, _ x: SamplesView, columns: Int, into packed: Floats) {
    let panelStride = order.terms * PanelsView.width
    var target = packed
    for piece in order.pieces {
        for step in piece.steps {
            for sample in piece.samples {
                let row = x.pointer + step * x.stepStride + sample * x.sampleStride
                var panel = target
                for column in stride(from: 0, to: columns, by: PanelsView.width) {
                    lockstep_prefetch(row + 4 * x.sampleStride + column)
                    lockstep_prefetch(row + 4 * x.sampleStride + column + 16)
                    for at in stride(from: 0, to: PanelsView.width, by: 8) {
                        panel.store(row.vector(column + at) as SIMD8<Float>, at)
                    }
                    panel += panelStride
                }
                target += PanelsView.width
            }
        }
    }
}

/// Some columns of a sum of outer products, piece by piece.
private struct SumByPieces: ColumnsBody {
    let m: Int
    let order: SumOrder
    let left: GroupsView
    let right: PanelsView
    /// Nil where the right factor's terms are packed, one after the other.
    let rightStepStride: Int?
    let c: RowsView
    let partialSums: Floats

    @inline(__always)
    func run<let columns: Int, Vector: SIMD>(
        _ columnsType: InlineArray<columns, Vector>.Type, at column: Int, stored: Int
    ) where Vector.Scalar == Float {
        // A piece's part of the panel stays in the first-level cache for all rows.
        let panel = right.columns(from: column)
        var firstTerm = 0
        for index in order.pieces.indices {
            let piece = order.pieces[index]
            let (step, sample) = (piece.steps.lowerBound, piece.samples.lowerBound)
            var right = SamplesView(
                panel.moved(rows: firstTerm).pointer, stepStride: piece.samples.count * panel.stride,
                sampleStride: panel.stride)
            if let rightStepStride {
                right = SamplesView(
                    panel.moved(rows: sample).pointer + step * rightStepStride, stepStride: rightStepStride,
                    sampleStride: panel.stride)
            }
            firstTerm += piece.terms
            let tiles = PieceOfSum(
                schedule: order.pieceSchedule, index: index, steps: piece.steps.count,
                samples: piece.samples.count,
                left: GroupsView(
                    left.pointer + step * left.stepStride + sample * GroupsView.width,
                    stepStride: left.stepStride, samples: left.samples),
                right: right, c: c.moved(by: column), stored: stored, partialSums: partialSums)
            forEachRows(m, ofAtMost: outerProductRows, columnsType, tiles)
        }
    }
}

/// A piece's share of them: it is merged with the partial sums that end with it, and else joins them.
private struct PieceOfSum: TileBody {
    let schedule: SumSchedule
    let index: Int
    let steps, samples: Int
    let left: GroupsView
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
        var a = left.matrix(from: row)
        var b = RowsView(right.pointer, stride: right.sampleStride)
        for _ in 0..<steps {
            extend(&sums, samples, a, b)
            a = MatrixView(a.pointer + left.stepStride, rowStride: a.rowStride, columnStride: a.columnStride)
            b = b.moved(by: right.stepStride)
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

extension GroupsView {
    /// A step's rows from one on, which are columns of the groups: what a tile multiplies with.
    @inline(__always)
    func matrix(from row: Int) -> MatrixView {
        MatrixView(
            pointer + row / Self.width * Self.width * samples + row % Self.width, rowStride: 1,
            columnStride: Self.width)
    }
}
