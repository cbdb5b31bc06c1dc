import Determinism

/// Losses, and what they are made of.
public protocol LossKernels {
    /// `losses = max(x, 0) − x·y + log(1 + e^−|x|)`, elementwise.
    static func binaryCrossEntropy(_ count: Int, _ x: Floats, _ y: Floats, into losses: Floats)

    /// The gradient of the summed binary cross-entropy: `(σ(x) − y) · scale + gx · beta`.
    static func binaryCrossEntropyBackward(
        _ count: Int, _ x: Floats, _ y: Floats, scale: Float, into gx: Floats, beta: Float
    )

    /// Softmax of each row of `logits` (`[rows, classes]`), shifted by the row's maximum.
    ///
    /// - Returns: through `logSums`, each row's `log Σ e^logit`.
    static func softmaxRows(_ rows: Int, _ classes: Int, _ logits: Floats, into y: Floats, logSums: Floats)

    /// `Σ_r (logSum_r − logits[r, label_r])`, rows added in order.
    static func crossEntropySum(
        _ rows: Int, _ classes: Int, _ logits: Floats, logSums: Floats, labels: UnsafePointer<Int32>
    ) -> Float

    /// The gradient of the summed cross-entropy: `(softmax − one-hot) · scale + gx · beta`.
    static func crossEntropyBackward(
        _ rows: Int, _ classes: Int, probabilities: Floats, labels: UnsafePointer<Int32>, scale: Float,
        into gx: Floats, beta: Float
    )

    /// Cross-entropy with a weight w for each class and label smoothing ε, rows added in order:
    ///
    ///     Σ_r (1 − ε) · w[label_r] · (logSum_r − logits[r, label_r]) + ε / classes · Σ_c w[c] · (logSum_r − logits[r, c])
    static func weightedCrossEntropySum(
        _ rows: Int, _ classes: Int, _ logits: Floats, logSums: Floats, labels: UnsafePointer<Int32>,
        weights: Floats, smoothing: Float
    ) -> Float

    /// Its gradient, `(1 − ε) · w[label] · (p − one-hot) + ε / classes · (p · Σ w − w)`, times `scale`, `+ gx · beta`.
    static func weightedCrossEntropyBackward(
        _ rows: Int, _ classes: Int, probabilities: Floats, labels: UnsafePointer<Int32>, weights: Floats,
        smoothing: Float, scale: Float, into gx: Floats, beta: Float
    )

    /// The gradient of softmax from its output: `y ∘ (g − Σ_c g_c y_c)`.
    static func softmaxBackward(
        _ rows: Int, _ classes: Int, _ y: Floats, _ g: Floats, into gx: Floats, beta: Float
    )

    /// How many rows of `logits` have their first maximum at the label.
    static func countCorrect(
        _ rows: Int, _ classes: Int, _ logits: Floats, labels: UnsafePointer<Int32>
    ) -> Int

    /// The place of the first largest of `classes` values.
    static func firstMaximum(_ classes: Int, _ x: Floats) -> Int

    /// `y[r, c] = −‖x_r − w_c‖²`: four partial sums over every fourth feature, added in pairs, which keeps large distances
    /// exact to a few units in the last place.
    ///
    /// - Parameters:
    ///   - x: `[rows, features]`.
    ///   - w: `[classes, features]`.
    ///   - transposed: room for `[features, classes]`.
    static func gaussianRows(
        _ rows: Int, features: Int, classes: Int, _ x: Floats, _ w: Floats, transposed: Floats, into y: Floats
    )

    /// `∂L/∂x_r = −2 Σ_c g[r, c] (x_r − w_c)`.
    static func gaussianInputGradient(
        _ rows: Int, features: Int, classes: Int, _ x: Floats, _ w: Floats, _ g: Floats, into gx: Floats,
        beta: Float
    )

    /// `∂L/∂w_c = 2 Σ_r g[r, c] (x_r − w_c)`, the rows being samples that are added in `order`.
    static func gaussianWeightGradient(
        _ order: SumOrder, features: Int, classes: Int, _ x: Floats, _ w: Floats, _ g: Floats,
        into gw: Floats,
        beta: Float
    )
}
