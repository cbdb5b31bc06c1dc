/// What one Adam step multiplies with; the functions of the step count are computed by the caller, in double precision.
@frozen public struct AdamFactors {
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
