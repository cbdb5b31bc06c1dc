import Glibc
import Kernels

/// LAMB (You et al. 2020, "Large Batch Optimization for Deep Learning", algorithm 2, with φ the identity): AdamW's
/// direction, taken by each parameter at a length that is in proportion to its own.
///
///     u ← m̂ / (√v̂ + ε) + weightDecay · p
///     p ← p − lr · (‖p‖ / ‖u‖) · u
///
/// The ratio is 1 where a norm is zero. It is of whole parameters and in one fixed order of additions, so that every
/// rank and every processor finds the same.
public struct LAMB: Optimizer {
    public let beta1, beta2, epsilon: Double
    public let weightDecay: Double

    public init(
        weightDecay: Double = 0.01, beta1: Double = 0.9, beta2: Double = 0.999, epsilon: Double = 1e-6
    ) {
        requireBetas(beta1, beta2)
        self.beta1 = beta1
        self.beta2 = beta2
        self.epsilon = epsilon
        self.weightDecay = weightDecay
    }

    public var stateNames: [String] { ["exp_avg", "exp_avg_sq"] }
    public var takesWholeParameters: Bool { true }

    public func update(_ part: ParameterUpdate) {
        let taken = Double(part.step + 1)
        let direction = part.gradients
        kernels.adamDirection(
            part.count, parameters: part.parameters, gradients: direction, mean: part.state(0),
            square: part.state(1), decay: Float(part.weightDecay),
            AdamFactors(
                scale: part.scale, penalty: 0, shrinkage: 1, beta1: beta1, beta2: beta2,
                epsilon: Float(epsilon), rate: Float(1 / (1 - pow(beta1, taken))),
                correction: Float((1 - pow(beta2, taken)).squareRoot())))
        let length = kernels.sumOfSquares(part.count, part.parameters).squareRoot()
        let stride = kernels.sumOfSquares(part.count, direction).squareRoot()
        let trust = length > 0 && stride > 0 ? length / stride : 1
        kernels.accumulateScaled(
            part.count, direction, by: -Float(Double(part.learningRate) * trust), into: part.parameters,
            beta: 1)
    }
}
