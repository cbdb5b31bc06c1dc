/// Over the rows of a matrix.
public protocol RowKernels {
    /// `sums[c] = Σ_r x[r, c] + sums[c] · beta`, rows added in order.
    static func columnSums(_ rows: Int, _ columns: Int, _ x: Floats, into sums: Floats, beta: Float)

    /// `y = x`, row by row.
    static func copyRows(_ rows: Int, _ columns: Int, _ x: RowsView, into y: RowsView)

    /// Fills each row of y with the row's value of `a`.
    static func fillRowConstants(_ rows: Int, _ columns: Int, _ y: Floats, stride: Int, _ a: Floats)

    /// `y[c, r] = x[r, c]`: 8 × 8 blocks through registers, the rest one by one.
    ///
    /// - Parameters:
    ///   - xStride, yStride: floats from one row of x `[rows, columns]`, and of y `[columns, rows]`, to the next.
    static func transpose(rows: Int, columns: Int, _ x: Floats, xStride: Int, into y: Floats, yStride: Int)
}
