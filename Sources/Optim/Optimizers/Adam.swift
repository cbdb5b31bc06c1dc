import Glibc
import Kernels

/// Adam (Kingma & Ba 2015) and AdamW (Loshchilov & Hutter 2019), by PyTorch's formulas (`torch.optim.Adam`,
/// `torch.optim.AdamW`).
public struct Adam: Optimizer {
    /// What becomes of the weight decay.
    public enum Decay: Sendable {
        /// It joins the gradient as an L2 penalty: Adam.
        case penalty
        /// It shrinks the parameters apart from the gradient: AdamW.
        case decoupled
    }

    public let beta1, beta2, epsilon: Double
    public let weightDecay: Double
    public let decay: Decay

    public init(
        decay: Decay = .penalty, weightDecay: Double = 0, beta1: Double = 0.9, beta2: Double = 0.999,
        epsilon: Double = 1e-8
    ) {
        requireBetas(beta1, beta2)
        self.beta1 = beta1
        self.beta2 = beta2
        self.epsilon = epsilon
        self.weightDecay = weightDecay
        self.decay = decay
    }

    public var stateNames: [String] { ["exp_avg", "exp_avg_sq"] }

    public func update(_ part: ParameterUpdate) {
        // Averages that began at zero are too small at first: each is divided by the weight it has gathered.
        let (rate, taken) = (Double(part.learningRate), Double(part.step + 1))
        kernels.adamUpdate(
            part.count, parameters: part.parameters, gradients: part.gradients, mean: part.state(0),
            square: part.state(1),
            AdamFactors(
                scale: part.scale,
                penalty: decay == .penalty ? Float(part.weightDecay) : 0,
                shrinkage: decay == .decoupled ? Float(1 - rate * part.weightDecay) : 1,
                beta1: beta1, beta2: beta2, epsilon: Float(epsilon),
                rate: Float(rate / (1 - pow(beta1, taken))),
                correction: Float((1 - pow(beta2, taken)).squareRoot())))
    }
}

func requireBetas(_ beta1: Double, _ beta2: Double) {
    precondition(
        0..<1 ~= beta1 && 0..<1 ~= beta2, "betas need to lie in 0 ..< 1, got \(beta1) and \(beta2)")
}
