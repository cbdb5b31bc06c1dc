/// One SGD step over a flat parameter buffer, in one pass (PyTorch's `torch.optim.SGD`).
///
///     g ← scale · Σg + weightDecay · p
///     v ← momentum · v + g
///     p ← p − lr · (nesterov ? g + momentum · v : v)
///
/// - Parameters:
///   - scale: what turns the summed gradient into the mean (and clips it).
///   - velocity: v; ignored where momentum is 0.
public func sgdUpdate(
    _ count: Int, parameters p: Floats, gradients: Floats, velocity v: Floats?, scale: Float,
    learningRate: Float, momentum: Float, nesterov: Bool, weightDecay: Float
) {
    let (scale, decay) = (Lanes(repeating: scale), Lanes(repeating: weightDecay))
    let (rate, momentum) = (Lanes(repeating: learningRate), Lanes(repeating: momentum))
    forEachLanes(count) { at, width in
        let old = p.load(at, width)
        let g = gradients.load(at, width) * scale + decay * old
        guard let v else {
            p.save(old - rate * g, at, width)
            return
        }
        let velocity = momentum * v.load(at, width) + g
        v.save(velocity, at, width)
        p.save(old - rate * (nesterov ? g + momentum * velocity : velocity), at, width)
    }
}

/// What one Adam step multiplies with; the functions of the step count are computed by the caller, in double precision.
public struct AdamFactors {
    /// What turns the summed gradient into the mean (and clips it).
    public var scale: Float
    /// The L2 penalty that joins the gradient (Adam).
    public var penalty: Float
    /// What parameters are multiplied with before the step: 1 − lr · weightDecay (AdamW), else 1.
    public var shrinkage: Float
    /// 1 − beta1, the weight of the new gradient in m.
    public var gain1: Float
    public var beta2: Float
    /// 1 − beta2, the weight of its square in v.
    public var gain2: Float
    public var epsilon: Float
    /// lr / (1 − beta1ᵗ).
    public var rate: Float
    /// √(1 − beta2ᵗ).
    public var correction: Float

    public init(
        scale: Float, penalty: Float, shrinkage: Float, beta1: Double, beta2: Double, epsilon: Float,
        rate: Float,
        correction: Float
    ) {
        self.scale = scale
        self.penalty = penalty
        self.shrinkage = shrinkage
        gain1 = Float(1 - beta1)
        self.beta2 = Float(beta2)
        gain2 = Float(1 - beta2)
        self.epsilon = epsilon
        self.rate = rate
        self.correction = correction
    }
}

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
public func adamUpdate(
    _ count: Int, parameters p: Floats, gradients: Floats, mean m: Floats, square v: Floats,
    _ factors: AdamFactors
) {
    let (scale, penalty) = (Lanes(repeating: factors.scale), Lanes(repeating: factors.penalty))
    let (gain1, gain2) = (Lanes(repeating: factors.gain1), Lanes(repeating: factors.gain2))
    let (beta2, epsilon) = (Lanes(repeating: factors.beta2), Lanes(repeating: factors.epsilon))
    let (rate, correction) = (Lanes(repeating: factors.rate), Lanes(repeating: factors.correction))
    let shrinkage = Lanes(repeating: factors.shrinkage)
    forEachLanes(count) { at, width in
        let old = p.load(at, width)
        let g = gradients.load(at, width) * scale + penalty * old
        let before = m.load(at, width)
        let mean = before + gain1 * (g - before)
        let square = beta2 * v.load(at, width) + gain2 * g * g
        m.save(mean, at, width)
        v.save(square, at, width)
        p.save(shrinkage * old - rate * mean / (square.squareRoot() / correction + epsilon), at, width)
    }
}
