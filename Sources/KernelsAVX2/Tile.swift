import Determinism
import KernelTypes

/// A block of `rows` × `columns` vectors of `c = a · b (+ c)`, held in registers over the whole sum.
///
/// - Parameters:
///   - terms: how the sums run over a's columns and b's rows.
///   - a: from the block's first row on.
///   - b: from the block's first column on.
///   - c: from the block's first column on; its rows `firstRow` and following are the block's.
///   - stored: how many of the block's columns are c's; b is read beyond them.
@inline(__always)
func multiplyTile<let rows: Int, let columns: Int, Vector: SIMD>(
    _: InlineArray<rows, InlineArray<columns, Vector>>.Type, _ terms: some Terms, _ a: MatrixView,
    _ b: RowsView, _ c: RowsView, firstRow: Int, stored: Int, addsToC: Bool
) where Vector.Scalar == Float {
    let width = Vector.scalarCount
    let sums: InlineArray<rows, InlineArray<columns, Vector>> = terms.sums(a, b)
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

/// In which order a product's terms are added.
protocol Terms {
    func sums<let rows: Int, let columns: Int, Vector: SIMD>(
        _ a: MatrixView, _ b: RowsView
    ) -> InlineArray<rows, InlineArray<columns, Vector>> where Vector.Scalar == Float
}

/// One after the other.
struct Chain: Terms {
    let count: Int

    @inline(__always)
    func sums<let rows: Int, let columns: Int, Vector: SIMD>(
        _ a: MatrixView, _ b: RowsView
    ) -> InlineArray<rows, InlineArray<columns, Vector>> where Vector.Scalar == Float {
        let width = Vector.scalarCount
        var sums = InlineArray<rows, InlineArray<columns, Vector>>(
            repeating: InlineArray<columns, Vector>(repeating: Vector(repeating: 0)))
        for p in 0..<count {
            let row = b.pointer + p * b.stride
            var right = InlineArray<columns, Vector>(repeating: Vector(repeating: 0))
            for j in 0..<columns { right[j] = row.vector(j * width) }
            for i in 0..<rows {
                let left = Vector(repeating: a.pointer[i * a.rowStride + p * a.columnStride])
                for j in 0..<columns { sums[i][j] = sums[i][j].addingProduct(left, right[j]) }
            }
        }
        return sums
    }
}

/// The samples of several shards in their `SumOrder`.
struct ShardTerms: Terms {
    let order: SumOrder
    /// `order.roomForProducts` floats, which stay in the first-level cache.
    let partialSums: Floats

    @inline(__always)
    func sums<let rows: Int, let columns: Int, Vector: SIMD>(
        _ a: MatrixView, _ b: RowsView
    ) -> InlineArray<rows, InlineArray<columns, Vector>> where Vector.Scalar == Float {
        let width = Vector.scalarCount
        let size = rows * columns * width
        var top = partialSums
        var shard = 0
        while true {
            var sums: InlineArray<rows, InlineArray<columns, Vector>> = chain(order.shards[shard], a, b)
            var merges = order.schedule.mergesAfter[shard]
            if merges == 0 && shard + 1 < order.shards.count && order.schedule.mergesAfter[shard + 1] > 0 {
                shard += 1  // two neighbours are added without leaving the registers
                let next: InlineArray<rows, InlineArray<columns, Vector>> = chain(order.shards[shard], a, b)
                for i in 0..<rows { for j in 0..<columns { sums[i][j] += next[i][j] } }
                merges = order.schedule.mergesAfter[shard] - 1
            }
            for _ in 0..<merges {
                top -= size
                for i in 0..<rows {
                    for j in 0..<columns { sums[i][j] += top.vector((i * columns + j) * width) }
                }
            }
            shard += 1
            if shard == order.shards.count { return sums }
            for i in 0..<rows {
                for j in 0..<columns { top.store(sums[i][j], (i * columns + j) * width) }
            }
            top += size
        }
    }

    /// A shard's sum, in the pieces of a product of its own.
    @inline(__always)
    private func chain<let rows: Int, let columns: Int, Vector: SIMD>(
        _ samples: Range<Int>, _ a: MatrixView, _ b: RowsView
    ) -> InlineArray<rows, InlineArray<columns, Vector>> where Vector.Scalar == Float {
        func piece(from first: Int) -> InlineArray<rows, InlineArray<columns, Vector>> {
            Chain(count: min(longestSum, samples.upperBound - first))
                .sums(a.moved(columns: first), b.moved(rows: first))
        }
        var sums = piece(from: samples.lowerBound)
        var first = samples.lowerBound + longestSum
        while first < samples.upperBound {
            let more = piece(from: first)
            for i in 0..<rows { for j in 0..<columns { sums[i][j] += more[i][j] } }
            first += longestSum
        }
        return sums
    }
}
