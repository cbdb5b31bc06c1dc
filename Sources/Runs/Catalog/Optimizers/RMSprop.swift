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

    /// One formula at a time, over all numbers: loops over few buffers are made of vectors.
    public func update(_ part: ParameterUpdate) {
        let (count, parameters, change, square) = (part.count, part.parameters, part.gradients, part.state(0))
        let (scale, decay, rate) = (part.scale, Float(part.weightDecay), part.learningRate)
        let (kept, taken, epsilon, momentum) = (Float(alpha), Float(1 - alpha), Float(epsilon), momentum)
        for i in 0..<count { change[i] = change[i] * scale + decay * parameters[i] }
        for i in 0..<count { square[i] = kept * square[i] + taken * change[i] * change[i] }
        if centered {
            let mean = part.state(momentum > 0 ? 2 : 1)
            for i in 0..<count { mean[i] = kept * mean[i] + taken * change[i] }
            // Of gradients that are all alike the difference is rounding, of either sign.
            for i in 0..<count { change[i] /= root(square[i] - mean[i] * mean[i]) + epsilon }
        } else {
            for i in 0..<count { change[i] /= root(square[i]) + epsilon }
        }
        if momentum > 0 {
            let velocity = part.state(1)
            for i in 0..<count { velocity[i] = momentum * velocity[i] + change[i] }
            for i in 0..<count { parameters[i] -= rate * velocity[i] }
        } else {
            for i in 0..<count { parameters[i] -= rate * change[i] }
        }
    }
}

/// 0 for what is negative, which keeps the root one instruction, and the loop vectors.
@inline(__always) private func root(_ x: Float) -> Float { max(0, x).squareRoot() }

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
