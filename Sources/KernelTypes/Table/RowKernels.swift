import Determinism

/// Over the rows of a matrix.
public protocol RowKernels {
    /// `sums[c] = Σ_r x[r, c] + sums[c] · beta`, rows added in order.
    static func columnSums(_ rows: Int, _ columns: Int, _ x: Floats, into sums: Floats, beta: Float)

    /// `sums[c] = Σ_r x[r, c]`, the rows being samples that are added in `order`.
    static func columnSums(_ order: SumOrder, _ columns: Int, _ x: Floats, into sums: Floats)

    /// Fills each row of y with the row's value of `a`.
    static func fillRowConstants(_ rows: Int, _ columns: Int, _ y: Floats, stride: Int, _ a: Floats)

    /// `sums[r] = Σ_c x[r, c] + beta · sums[r]`: sixteen partial sums, added in halves; `columns` is a multiple of 16.
    static func rowSums(_ rows: Int, _ columns: Int, _ x: Floats, stride: Int, into sums: Floats, beta: Float)

    /// `y[c, r] = x[r, c]`: 8 × 8 blocks through registers, the rest one by one.
    ///
    /// - Parameters:
    ///   - xStride, yStride: floats from one row of x `[rows, columns]`, and of y `[columns, rows]`, to the next.
    static func transpose(rows: Int, columns: Int, _ x: Floats, xStride: Int, into y: Floats, yStride: Int)
}
