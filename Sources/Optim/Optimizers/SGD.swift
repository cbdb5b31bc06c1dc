import Kernels

/// Stochastic gradient descent with momentum, by PyTorch's formulas (`torch.optim.SGD`).
public struct SGD: Optimizer {
    public let momentum: Float
    public let nesterov: Bool
    public let weightDecay: Double

    public init(momentum: Float = 0, nesterov: Bool = false, weightDecay: Double = 0) {
        precondition(!nesterov || momentum > 0, "Nesterov's method needs a momentum")
        self.momentum = momentum
        self.nesterov = nesterov
        self.weightDecay = weightDecay
    }

    public var stateNames: [String] { momentum == 0 ? [] : ["momentum_buffer"] }

    public func update(_ part: ParameterUpdate) {
        kernels.sgdUpdate(
            part.count, parameters: part.parameters, gradients: part.gradients,
            velocity: momentum == 0 ? nil : part.state(0), scale: part.scale, learningRate: part.learningRate,
            momentum: momentum, nesterov: nesterov, weightDecay: Float(part.weightDecay))
    }
}
