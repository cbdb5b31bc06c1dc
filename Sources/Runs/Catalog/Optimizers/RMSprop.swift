import Kernels
import Optim

/// RMSprop (Hinton 2012, lecture 6e), by PyTorch's formulas (`torch.optim.RMSprop`): the gradient over the running size of
/// its like.
///
///     s ← alpha · s + (1 − alpha) · g²
///     m ← alpha · m + (1 − alpha) · g          where centered, else 0
///     v ← momentum · v + g / (√(s − m²) + ε)
///     p ← p − lr · v
public struct RMSprop: Optimizer {
    public let alpha, epsilon: Double
    public let momentum: Float
    public let centered: Bool
    public let weightDecay: Double
    public let stateNames: [String]

    public init(
        alpha: Double = 0.99, momentum: Float = 0, centered: Bool = false, weightDecay: Double = 0,
        epsilon: Double = 1e-8
    ) {
        precondition(0..<1 ~= alpha, "alpha needs to lie in 0 ..< 1, got \(alpha)")
        self.alpha = alpha
        self.epsilon = epsilon
        self.momentum = momentum
        self.centered = centered
        self.weightDecay = weightDecay
        stateNames =
            ["square_avg"] + (momentum > 0 ? ["momentum_buffer"] : []) + (centered ? ["grad_avg"] : [])
    }

    public func update(_ part: ParameterUpdate) {
        let (kept, taken, epsilon) = (Float(alpha), Float(1 - alpha), Float(epsilon))
        let (decay, square) = (Float(part.weightDecay), part.state(0))
        let velocity = momentum > 0 ? part.state(1) : nil
        let mean = centered ? part.state(momentum > 0 ? 2 : 1) : nil
        for i in 0..<part.count {
            let gradient = part.gradients[i] * part.scale + decay * part.parameters[i]
            square[i] = kept * square[i] + taken * gradient * gradient
            var variance = square[i]
            if let mean {
                mean[i] = kept * mean[i] + taken * gradient
                // Of gradients that are all alike it is rounding, of either sign.
                variance = max(0, variance - mean[i] * mean[i])
            }
            var change = gradient / (variance.squareRoot() + epsilon)
            if let velocity {
                change += momentum * velocity[i]
                velocity[i] = change
            }
            part.parameters[i] -= part.learningRate * change
        }
    }
}

extension OptimizerDescriptor {
    public static let rmsprop = OptimizerDescriptor(
        "rmsprop", "the gradient over the running size of its like", learningRate: 0.001,
        settings: [
            OwnSetting(
                "alpha", default: 0.99, .number(.decay), "X", scope: .run,
                help: "share of the squared gradients' average that is kept"),
            .momentum(0),
            OwnSetting(
                "centered", default: false, .boolean, scope: .run,
                help: "take the gradient's spread about its average as its size"),
        ]
    ) {
        let momentum: Double = try $0["momentum"]
        return RMSprop(
            alpha: try $0["alpha"], momentum: Float(momentum), centered: try $0["centered"],
            weightDecay: $0.weightDecay)
    }
}
