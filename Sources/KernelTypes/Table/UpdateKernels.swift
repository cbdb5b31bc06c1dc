/// Optimizer steps.
public protocol UpdateKernels {
    /// One SGD step over a flat parameter buffer, in one pass (PyTorch's `torch.optim.SGD`).
    ///
    ///     g ← scale · Σg + weightDecay · p
    ///     v ← momentum · v + g
    ///     p ← p − lr · (nesterov ? g + momentum · v : v)
    ///
    /// - Parameters:
    ///   - scale: what turns the summed gradient into the mean (and clips it).
    ///   - velocity: v; ignored where momentum is 0.
    static func sgdUpdate(
        _ count: Int, parameters p: Floats, gradients: Floats, velocity v: Floats?, scale: Float,
        learningRate: Float, momentum: Float, nesterov: Bool, weightDecay: Float
    )

    /// One Adam or AdamW step over a flat parameter buffer, in one pass (PyTorch's `torch.optim.Adam` and `AdamW`).
    ///
    ///     g ← scale · Σg + penalty · p
    ///     m ← m + (1 − beta1) · (g − m)
    ///     v ← beta2 · v + (1 − beta2) · g²
    ///     p ← shrinkage · p − rate · m / (√v / correction + epsilon)
    ///
    /// - Parameters:
    ///   - mean: m, PyTorch's `exp_avg`.
    ///   - square: v, PyTorch's `exp_avg_sq`.
    static func adamUpdate(
        _ count: Int, parameters p: Floats, gradients: Floats, mean m: Floats, square v: Floats,
        _ factors: AdamFactors
    )

    /// The direction of a LAMB step over one parameter, which overwrites the gradients (You et al. 2020).
    ///
    ///     g ← scale · Σg + penalty · p
    ///     m, v as in `adamUpdate`
    ///     Σg ← rate · m / (√v / correction + epsilon) + decay · p
    static func adamDirection(
        _ count: Int, parameters p: Floats, gradients: Floats, mean m: Floats, square v: Floats, decay: Float,
        _ factors: AdamFactors
    )
}
