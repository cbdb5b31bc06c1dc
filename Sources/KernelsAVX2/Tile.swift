import KernelTypes

/// `rows` × `columns` vectors: a block of a product, held in registers over the whole sum.
typealias Tile<let rows: Int, let columns: Int, Vector: SIMD> = InlineArray<
    rows, InlineArray<columns, Vector>
>

/// The sums of `count` products, one after the other: `Σ_p a[i, p] · b[p, j]`.
///
/// - Parameters:
///   - a: from the tile's first row on.
///   - b: from the tile's first column on; all its columns lie in one panel.
@inline(__always)
func chain<let rows: Int, let columns: Int, Vector: SIMD>(
    _ count: Int, _ a: MatrixView, _ b: RowsView
) -> Tile<rows, columns, Vector> where Vector.Scalar == Float {
    var sums = Tile<rows, columns, Vector>(
        repeating: InlineArray<columns, Vector>(repeating: Vector(repeating: 0)))
    extend(&sums, count, a, b)
    return sums
}

/// Adds `count` more products to the sums.
@inline(__always)
func extend<let rows: Int, let columns: Int, Vector: SIMD>(
    _ sums: inout Tile<rows, columns, Vector>, _ count: Int, _ a: MatrixView, _ b: RowsView
) where Vector.Scalar == Float {
    for p in 0..<count {
        let row = b.pointer + p * b.stride
        var right = InlineArray<columns, Vector>(repeating: Vector(repeating: 0))
        for j in 0..<columns { right[j] = row.vector(j * Vector.scalarCount) }
        for i in 0..<rows {
            let left = Vector(repeating: a.pointer[i * a.rowStride + p * a.columnStride])
            for j in 0..<columns { sums[i][j] = sums[i][j].addingProduct(left, right[j]) }
        }
    }
}

/// Writes a tile, or adds it.
///
/// Loops simple enough to be unrolled, and no index known only at run time, keep the sums in registers.
///
/// - Parameters:
///   - c: from the tile's first element on.
///   - stored: how many of the tile's columns, at most, are c's.
@inline(__always)
func store<let rows: Int, let columns: Int, Vector: SIMD>(
    _ sums: Tile<rows, columns, Vector>, into c: RowsView, stored: Int, adds: Bool
) where Vector.Scalar == Float {
    let width = Vector.scalarCount
    if stored >= columns * width, adds {
        for i in 0..<rows {
            let target = c.pointer + i * c.stride
            for j in 0..<columns { target.store(target.vector(j * width) + sums[i][j], j * width) }
        }
    } else if stored >= columns * width {
        for i in 0..<rows {
            let target = c.pointer + i * c.stride
            for j in 0..<columns { target.store(sums[i][j], j * width) }
        }
    } else {
        for i in 0..<rows {
            let target = c.pointer + i * c.stride
            for j in 0..<columns {
                storeFirst(stored - j * width, of: sums[i][j], target + j * width, adds: adds)
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

/// Adds the columns' worth of vectors of two tiles.
@inline(__always)
func += <let rows: Int, let columns: Int, Vector: SIMD>(
    sums: inout Tile<rows, columns, Vector>, more: Tile<rows, columns, Vector>
) where Vector.Scalar == Float {
    for i in 0..<rows { for j in 0..<columns { sums[i][j] += more[i][j] } }
}
