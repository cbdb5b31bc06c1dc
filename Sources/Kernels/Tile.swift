#if AVX512
    import Kernels
#endif

/// A block of `rows` × `columns` vectors of `c = a · b (+ c)`, held in registers over the whole sum.
///
/// - Parameters:
///   - a: the block's first row, `k` columns.
///   - b: `k` rows, from the block's first column on.
///   - c: from the block's first column on; its rows `firstRow` and following are the block's.
///   - stored: how many of the block's columns are c's; b is read beyond them.
@inline(__always)
func multiplyTile<let rows: Int, let columns: Int, Vector: SIMD>(
    _: InlineArray<rows, InlineArray<columns, Vector>>.Type, k: Int, _ a: MatrixView, _ b: RowsView,
    _ c: RowsView, firstRow: Int, stored: Int, addsToC: Bool
) where Vector.Scalar == Float {
    let width = Vector.scalarCount
    var sums = InlineArray<rows, InlineArray<columns, Vector>>(
        repeating: InlineArray<columns, Vector>(repeating: Vector(repeating: 0)))
    for p in 0..<k {
        let row = b.pointer + p * b.stride
        var right = InlineArray<columns, Vector>(repeating: Vector(repeating: 0))
        for j in 0..<columns { right[j] = row.vector(j * width) }
        for i in 0..<rows {
            let left = Vector(repeating: a.pointer[i * a.rowStride + p * a.columnStride])
            for j in 0..<columns { sums[i][j] = sums[i][j].addingProduct(left, right[j]) }
        }
    }
    // Loops simple enough to be unrolled, and no index known only at run time, keep the sums in registers.
    if stored == columns * width, addsToC {
        for i in 0..<rows {
            let target = c.pointer + (firstRow + i) * c.stride
            for j in 0..<columns { target.store(target.vector(j * width) + sums[i][j], j * width) }
        }
    } else if stored == columns * width {
        for i in 0..<rows {
            let target = c.pointer + (firstRow + i) * c.stride
            for j in 0..<columns { target.store(sums[i][j], j * width) }
        }
    } else {
        for i in 0..<rows {
            let target = c.pointer + (firstRow + i) * c.stride
            for j in 0..<columns {
                storeFirst(stored - j * width, of: sums[i][j], target + j * width, adds: addsToC)
            }
        }
    }
}

/// Stores, or adds, the first `count` of a vector's numbers, if it has so many.
@inline(never)
private func storeFirst<Vector: SIMD>(_ count: Int, of vector: Vector, _ target: Floats, adds: Bool)
where Vector.Scalar == Float {
    for lane in 0..<max(0, min(count, Vector.scalarCount)) {
        target[lane] = adds ? target[lane] + vector[lane] : vector[lane]
    }
}
