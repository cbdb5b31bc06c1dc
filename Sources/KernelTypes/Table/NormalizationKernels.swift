/// Rows brought to mean 0 and variance 1, as layer and group normalisation do.
///
/// A row's sums are over 32 partial sums, each of every 32nd element, added in halves. `moments` has two floats for each row,
/// `moments.stride` apart: its mean, and the reciprocal of its standard deviation.
public protocol NormalizationKernels {
    /// `sums[r] = Σ_c x[r, c]`, for rows without gaps.
    static func rowSums(_ rows: Int, _ columns: Int, _ x: Floats, into sums: Floats)

    /// Each row's mean m, and `1 / √(Σ (x − m)² / columns + epsilon)`.
    static func rowMoments(_ rows: Int, _ columns: Int, _ x: RowsView, epsilon: Float, into moments: RowsView)

    /// `y = (x − m) · d · weight + bias`, d being the reciprocal deviation.
    static func normalizeRows(
        _ rows: Int, _ columns: Int, _ x: RowsView, moments: RowsView, weight: Floats, bias: Floats,
        into y: RowsView
    )

    /// The gradient of `normalizeRows`: with `t = g · weight` and `n = (x − m) · d`,
    ///
    ///     gx = d · (t − (Σ t + n · Σ t·n) / columns) + gx · beta
    static func normalizeRowsBackward(
        _ rows: Int, _ columns: Int, _ x: RowsView, _ g: RowsView, moments: RowsView, weight: Floats,
        into gx: RowsView, beta: Float
    )

    /// What rows add to the gradients of weight and bias: `weights[c] = Σ_r g · (x − m) · d` and `biases[c] = Σ_r g`, rows
    /// added in order.
    static func normalizedSums(
        _ rows: Int, _ columns: Int, _ x: RowsView, _ g: RowsView, moments: RowsView, weights: Floats,
        biases: Floats
    )

    /// Softmax of each row over the elements whose mask is not 0; the others get 0. A row without any is all zeros.
    ///
    /// - Parameter maskRows: where each row's mask begins in `mask`.
    static func maskedSoftmaxRows(
        _ rows: Int, _ columns: Int, _ x: Floats, mask: Floats, maskRows: UnsafePointer<Int32>, into y: Floats
    )
}
