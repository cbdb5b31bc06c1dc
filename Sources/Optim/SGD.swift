import Kernels

/// Stochastic gradient descent with momentum, over flat buffers, by PyTorch's formulas (`torch.optim.SGD`).
public struct SGD: Optimizer {
    public let momentum: Float
    public let nesterov: Bool
    public let weightDecay: Float

    public init(momentum: Float = 0, nesterov: Bool = false, weightDecay: Float = 0) {
        precondition(!nesterov || momentum > 0, "Nesterov's method needs a momentum")
        self.momentum = momentum
        self.nesterov = nesterov
        self.weightDecay = weightDecay
    }

    public var stateNames: [String] { momentum == 0 ? [] : ["momentum_buffer"] }

    public func update(
        count: Int, parameters: Floats, gradients: Floats, state: [Floats], scale: Float,
        learningRate: Float, step: Int
    ) {
        kernels.sgdUpdate(
            count, parameters: parameters, gradients: gradients, velocity: state.first, scale: scale,
            learningRate: learningRate, momentum: momentum, nesterov: nesterov, weightDecay: weightDecay)
    }
}
