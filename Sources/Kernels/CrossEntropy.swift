import Glibc

/// Softmax of each row of `logits` (`[rows, classes]`), shifted by the row's maximum.
///
/// - Returns: through `logSums`, each row's `log Σ e^logit`.
public func softmaxRows(_ rows: Int, _ classes: Int, _ logits: Floats, into y: Floats, logSums: Floats) {
    for r in 0..<rows {
        let x = logits + r * classes
        let p = y + r * classes
        var peak = x[0]
        for c in 1..<Swift.max(classes, 1) where !(x[c] <= peak) { peak = x[c] }
        for c in 0..<classes { p[c] = x[c] - peak }
        exp(classes, p, into: p)
        var total: Float = 0
        for c in 0..<classes { total += p[c] }
        for c in 0..<classes { p[c] /= total }
        logSums[r] = peak + logf(total)
    }
}

/// `Σ_r (logSum_r − logits[r, label_r])`, rows added in order.
public func crossEntropySum(
    _ rows: Int, _ classes: Int, _ logits: Floats, logSums: Floats, labels: UnsafePointer<Int32>
) -> Float {
    var loss: Float = 0
    for r in 0..<rows { loss += logSums[r] - logits[r * classes + Int(labels[r])] }
    return loss
}

/// The gradient of the summed cross-entropy: `(softmax − one-hot) · scale + gx · beta`.
public func crossEntropyBackward(
    _ rows: Int, _ classes: Int, probabilities: Floats, labels: UnsafePointer<Int32>, scale: Float,
    into gx: Floats, beta: Float
) {
    accumulateScaled(rows * classes, probabilities, by: scale, into: gx, beta: beta)
    for r in 0..<rows { gx[r * classes + Int(labels[r])] -= scale }
}

/// The gradient of softmax from its output: `y ∘ (g − Σ_c g_c y_c)`.
public func softmaxBackward(
    _ rows: Int, _ classes: Int, _ y: Floats, _ g: Floats, into gx: Floats, beta: Float
) {
    for r in 0..<rows {
        let base = r * classes
        var dot: Float = 0
        for c in base..<base + classes { dot += g[c] * y[c] }
        for c in base..<base + classes {
            let share = y[c] * (g[c] - dot)
            gx[c] = beta == 0 ? share : gx[c] + share
        }
    }
}

/// How many rows of `logits` have their first maximum at the label.
public func countCorrect(
    _ rows: Int, _ classes: Int, _ logits: Floats, labels: UnsafePointer<Int32>
) -> Int {
    var correct = 0
    for r in 0..<rows {
        if firstMaximum(classes, logits + r * classes) == Int(labels[r]) { correct += 1 }
    }
    return correct
}

/// The place of the first largest of `classes` values.
public func firstMaximum(_ classes: Int, _ x: Floats) -> Int {
    var best = 0
    for c in 1..<Swift.max(classes, 1) where x[c] > x[best] { best = c }
    return best
}
