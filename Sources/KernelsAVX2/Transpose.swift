import KernelTypes

extension VectorKernels {
    public static func transpose(
        rows: Int, columns: Int, _ x: Floats, xStride: Int, into y: Floats, yStride: Int
    ) {
        guard rows >= 8 && columns >= 8 else {
            for row in 0..<rows {
                for column in 0..<columns { y[column * yStride + row] = x[row * xStride + column] }
            }
            return
        }
        // Neighbours come one after the other where rows are far apart: those that are 4 KiB apart share their place in
        // the cache with each other. The last block of eight may overlap the one before it.
        if yStride > xStride {
            for start in stride(from: 0, to: columns, by: 8) {
                let column = min(start, columns - 8)
                var row = 0
                while rows - row >= 16 {
                    transposeTall(x + row * xStride + column, xStride, y + column * yStride + row, yStride)
                    row += 16
                }
                while row < rows {
                    let last = min(row, rows - 8)
                    transposeBlock(x + last * xStride + column, xStride, y + column * yStride + last, yStride)
                    row += 8
                }
            }
        } else {
            for start in stride(from: 0, to: rows, by: 8) {
                let row = min(start, rows - 8)
                var column = 0
                while columns - column >= 16 {
                    transposeWide(x + row * xStride + column, xStride, y + column * yStride + row, yStride)
                    column += 16
                }
                while column < columns {
                    let last = min(column, columns - 8)
                    transposeBlock(x + row * xStride + last, xStride, y + last * yStride + row, yStride)
                    column += 8
                }
            }
        }
    }
}

/// Eight rows of eight. Three rounds of interleaving row i with row i + 4 transpose eight rows.
@inline(__always)
private func transposeBlock(_ x: Floats, _ xStride: Int, _ y: Floats, _ yStride: Int) {
    var rows = InlineArray<8, SIMD8<Float>>(repeating: .zero)
    for i in 0..<8 { rows[i] = x.vector(i * xStride) }
    for _ in 0..<3 {
        var mixed = InlineArray<8, SIMD8<Float>>(repeating: .zero)
        for i in 0..<4 {
            mixed[2 * i].evenHalf = rows[i].lowHalf
            mixed[2 * i].oddHalf = rows[i + 4].lowHalf
            mixed[2 * i + 1].evenHalf = rows[i].highHalf
            mixed[2 * i + 1].oddHalf = rows[i + 4].highHalf
        }
        rows = mixed
    }
    for i in 0..<8 { y.store(rows[i], i * yStride) }
}

#if AVX512
    /// Eight rows of sixteen: two columns stand in each register in the end.
    @inline(__always)
    private func transposeWide(_ x: Floats, _ xStride: Int, _ y: Floats, _ yStride: Int) {
        var rows = InlineArray<8, SIMD16<Float>>(repeating: .zero)
        for i in 0..<8 { rows[i] = x.vector(i * xStride) }
        for _ in 0..<3 {
            var mixed = InlineArray<8, SIMD16<Float>>(repeating: .zero)
            for i in 0..<4 {
                mixed[2 * i].evenHalf = rows[i].lowHalf
                mixed[2 * i].oddHalf = rows[i + 4].lowHalf
                mixed[2 * i + 1].evenHalf = rows[i].highHalf
                mixed[2 * i + 1].oddHalf = rows[i + 4].highHalf
            }
            rows = mixed
        }
        for i in 0..<8 {
            y.store(rows[i].lowHalf, 2 * i * yStride)
            y.store(rows[i].highHalf, (2 * i + 1) * yStride)
        }
    }

    /// Sixteen rows of eight, two in each register: the rounds of `transposeWide` backwards.
    @inline(__always)
    private func transposeTall(_ x: Floats, _ xStride: Int, _ y: Floats, _ yStride: Int) {
        var rows = InlineArray<8, SIMD16<Float>>(repeating: .zero)
        for i in 0..<8 {
            rows[i].lowHalf = x.vector(2 * i * xStride)
            rows[i].highHalf = x.vector((2 * i + 1) * xStride)
        }
        for _ in 0..<3 {
            var apart = InlineArray<8, SIMD16<Float>>(repeating: .zero)
            for i in 0..<4 {
                apart[i].lowHalf = rows[2 * i].evenHalf
                apart[i].highHalf = rows[2 * i + 1].evenHalf
                apart[i + 4].lowHalf = rows[2 * i].oddHalf
                apart[i + 4].highHalf = rows[2 * i + 1].oddHalf
            }
            rows = apart
        }
        for i in 0..<8 { y.store(rows[i], i * yStride) }
    }
#else
    @inline(__always)
    private func transposeWide(_ x: Floats, _ xStride: Int, _ y: Floats, _ yStride: Int) {
        transposeBlock(x, xStride, y, yStride)
        transposeBlock(x + 8, xStride, y + 8 * yStride, yStride)
    }

    @inline(__always)
    private func transposeTall(_ x: Floats, _ xStride: Int, _ y: Floats, _ yStride: Int) {
        transposeBlock(x, xStride, y, yStride)
        transposeBlock(x + 8 * xStride, xStride, y + 8, yStride)
    }
#endif
