#if AVX512
    import Kernels
#endif

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
    for i in 0..<rows {
        let target = c.pointer + (firstRow + i) * c.stride
        if stored == columns * width {
            for j in 0..<columns {
                target.store(addsToC ? target.vector(j * width) + sums[i][j] : sums[i][j], j * width)
            }
        } else {
            for j in 0..<stored {
                let sum = sums[i][j / width][j % width]
                target[j] = addsToC ? target[j] + sum : sum
            }
        }
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
    /// Room for `order.depth` blocks, which stay in the first-level cache.
    let unfinished: UnsafeMutableRawPointer

    @inline(__always)
    func sums<let rows: Int, let columns: Int, Vector: SIMD>(
        _ a: MatrixView, _ b: RowsView
    ) -> InlineArray<rows, InlineArray<columns, Vector>> where Vector.Scalar == Float {
        typealias Block = InlineArray<rows, InlineArray<columns, Vector>>
        let stack = unfinished.assumingMemoryBound(to: Block.self)
        var depth = 0
        var sums = Block(repeating: InlineArray<columns, Vector>(repeating: Vector(repeating: 0)))
        order.forEachShard { first, count, sumsEnding in
            var done = 0
            repeat {  // the pieces of a long chain, as for a shard alone
                let length = min(longestSum, count - done)
                let piece: Block = Chain(count: length).sums(
                    a.moved(columns: first + done), b.moved(rows: first + done))
                sums = done == 0 ? piece : added(sums, piece)
                done += length
            } while done < count
            for _ in 0..<sumsEnding {
                depth -= 1
                sums = added(stack[depth], sums)
            }
            stack[depth] = sums
            depth += 1
        }
        return sums
    }
}

@inline(__always)
private func added<let rows: Int, let columns: Int, Vector: SIMD>(
    _ a: InlineArray<rows, InlineArray<columns, Vector>>, _ b: InlineArray<rows, InlineArray<columns, Vector>>
) -> InlineArray<rows, InlineArray<columns, Vector>> where Vector.Scalar == Float {
    var sum = a
    for i in 0..<rows {
        for j in 0..<columns { sum[i][j] += b[i][j] }
    }
    return sum
}
