import KernelTypes

extension VectorKernels {
    public static func transpose(
        rows: Int, columns: Int, _ x: Floats, xStride: Int, into y: Floats, yStride: Int
    ) {
        let (blockRows, blockColumns) = (rows / 8 * 8, columns / 8 * 8)
        for row in stride(from: 0, to: blockRows, by: 8) {
            for column in stride(from: 0, to: blockColumns, by: 8) {
                transposeBlock(x + row * xStride + column, xStride, y + column * yStride + row, yStride)
            }
        }
        for row in 0..<rows {
            for column in (row < blockRows ? blockColumns : 0)..<columns {
                y[column * yStride + row] = x[row * xStride + column]
            }
        }
    }
}

/// Three rounds of interleaving row i with row i + 4 transpose eight rows.
@inline(__always)
private func transposeBlock(_ x: Floats, _ xStride: Int, _ y: Floats, _ yStride: Int) {
    var rows = InlineArray<8, SIMD8<Float>>(repeating: .zero)
    for i in 0..<8 { rows[i] = x.vector(i * xStride) }
    for _ in 0..<3 {
        var mixed = InlineArray<8, SIMD8<Float>>(repeating: .zero)
        for i in 0..<4 {
            mixed[2 * i] = interleave(rows[i].lowHalf, rows[i + 4].lowHalf)
            mixed[2 * i + 1] = interleave(rows[i].highHalf, rows[i + 4].highHalf)
        }
        rows = mixed
    }
    for i in 0..<8 { y.store(rows[i], i * yStride) }
}

@inline(__always)
private func interleave(_ even: SIMD4<Float>, _ odd: SIMD4<Float>) -> SIMD8<Float> {
    var both = SIMD8<Float>.zero
    both.evenHalf = even
    both.oddHalf = odd
    return both
}
