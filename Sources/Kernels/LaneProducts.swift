#if AVX512
    import Kernels
#endif

/// `c[i, j] ← Σ_p Σ_l a[i, p, l] · b[j, p, l] + beta · c[i, j]`: products of rows whose samples lie along the vectors,
/// as weight gradients are.
///
/// A row is `runs` runs of `length` contiguous floats; `length` is a multiple of `lanes`. Each element of c is a chain
/// of fused multiply-adds for each lane, then the lanes are added in halves.
/// - Parameters:
///   - lanes: 8 or 16.
///   - a: `[m]` rows; `aRun` from one run to the next.
///   - b: `[n]` rows, evenly spaced or at offsets; `bRun` from one run to the next.
///   - c: `[m, n]`.
public func laneProducts(
    m: Int, n: Int, runs: Int, length: Int, lanes: Int, _ a: RowsView, aRun: Int, _ b: RowsView, bRun: Int,
    into c: Floats, cStride: Int, beta: Float
) {
    if lanes == 16 {
        #if AVX512
            laneBlocks(
                InlineArray<4, InlineArray<4, SIMD16<Float>>>.self, m, n, runs, length, a, aRun, b, bRun, c,
                cStride, beta)
        #else
            laneBlocks(
                InlineArray<2, InlineArray<2, SIMD16<Float>>>.self, m, n, runs, length, a, aRun, b, bRun, c,
                cStride, beta)
        #endif
    } else {
        laneBlocks(
            InlineArray<4, InlineArray<2, SIMD8<Float>>>.self, m, n, runs, length, a, aRun, b, bRun, c,
            cStride,
            beta)
    }
}

@inline(__always)
private func laneBlocks<let rows: Int, let columns: Int, Vector: HalvableVector>(
    _ block: InlineArray<rows, InlineArray<columns, Vector>>.Type, _ m: Int, _ n: Int, _ runs: Int,
    _ length: Int, _ a: RowsView, _ aRun: Int, _ b: RowsView, _ bRun: Int, _ c: Floats, _ cStride: Int,
    _ beta: Float
) {
    var j = 0
    while j < n {
        let wide = n - j >= columns
        var i = 0
        while i < m {
            let tall = m - i >= rows
            if wide && tall {
                laneTile(block, i, j, runs, length, a, aRun, b, bRun, c, cStride, beta)
            } else {
                for row in i..<min(i + rows, m) {
                    for column in j..<min(j + columns, n) {
                        laneTile(
                            InlineArray<1, InlineArray<1, Vector>>.self, row, column, runs, length, a, aRun,
                            b,
                            bRun, c, cStride, beta)
                    }
                }
            }
            i += rows
        }
        j += columns
    }
}

@inline(__always)
private func laneTile<let rows: Int, let columns: Int, Vector: HalvableVector>(
    _: InlineArray<rows, InlineArray<columns, Vector>>.Type, _ i: Int, _ j: Int, _ runs: Int, _ length: Int,
    _ a: RowsView, _ aRun: Int, _ b: RowsView, _ bRun: Int, _ c: Floats, _ cStride: Int, _ beta: Float
) {
    var sums = InlineArray<rows, InlineArray<columns, Vector>>(
        repeating: InlineArray<columns, Vector>(repeating: Vector(repeating: 0)))
    var left = InlineArray<rows, Floats>(repeating: a.pointer)
    for row in 0..<rows { left[row] = a.row(i + row) }
    var right = InlineArray<columns, Floats>(repeating: b.pointer)
    for column in 0..<columns { right[column] = b.row(j + column) }
    for run in 0..<runs {
        var at = 0
        while at < length {
            var vectors = InlineArray<columns, Vector>(repeating: Vector(repeating: 0))
            for column in 0..<columns { vectors[column] = right[column].vector(run * bRun + at) }
            for row in 0..<rows {
                let vector: Vector = left[row].vector(run * aRun + at)
                for column in 0..<columns {
                    sums[row][column] = sums[row][column].addingProduct(vector, vectors[column])
                }
            }
            at += Vector.scalarCount
        }
    }
    for row in 0..<rows {
        let target = c + (i + row) * cStride + j
        for column in 0..<columns {
            let sum = sums[row][column].laneSum
            target[column] = beta == 0 ? sum : target[column] + sum
        }
    }
}

extension RowsView {
    @inline(__always)
    func row(_ index: Int) -> Floats {
        pointer + (offsets.map { $0[index] } ?? index * stride)
    }
}

/// A vector whose lanes are added in halves: 16 to 8 to 4 to 2 to 1.
protocol HalvableVector: SIMD where Scalar == Float {
    var laneSum: Float { get }
}

extension SIMD8<Float>: HalvableVector {
    @inline(__always)
    var laneSum: Float {
        let four = lowHalf + highHalf
        let two = four.lowHalf + four.highHalf
        return two[0] + two[1]
    }
}

extension SIMD16<Float>: HalvableVector {
    @inline(__always)
    var laneSum: Float { (lowHalf + highHalf).laneSum }
}
