import Kernels

/// A rule that moves parameters against their gradients; its state lives in flat buffers the caller owns.
///
/// An own rule is a type that conforms, in any package:
///
///     struct SignDescent: Optimizer {
///         func update(_ part: ParameterUpdate) {
///             for i in 0..<part.count where part.gradients[i] != 0 {
///                 part.parameters[i] -= part.gradients[i] > 0 ? part.learningRate : -part.learningRate
///             }
///         }
///     }
public protocol Optimizer: Sendable {
    /// What each state buffer holds, under PyTorch's names; each is as long as the parameters and starts at zero.
    var stateNames: [String] { get }
    /// The weight decay of parameters whose group has none of its own.
    var weightDecay: Double { get }
    /// Whether the step of one number depends on its whole parameter. Such a rule gets each parameter by itself, any
    /// other stretches of many.
    var takesWholeParameters: Bool { get }

    /// Takes one step in place, over one stretch of the buffers.
    ///
    /// It may depend on the numbers of `part` alone: then every rank takes the same step. Between parameters stand
    /// zeros, which must stay zero where the gradient is zero.
    func update(_ part: ParameterUpdate)
}

extension Optimizer {
    public var stateNames: [String] { [] }
    public var weightDecay: Double { 0 }
    public var takesWholeParameters: Bool { false }
}

/// What an optimizer works on: a stretch of the flat buffers, and the numbers of the step.
public struct ParameterUpdate {
    /// Numbers in the stretch.
    public let count: Int
    public let parameters: Floats
    /// The gradients' sum over a batch; no one reads them afterwards, so that they may be overwritten.
    public let gradients: Floats
    /// What turns the gradients' sum into the mean, and clips it.
    public let scale: Float
    /// The step's rate, times the group's factor.
    public let learningRate: Float
    public let weightDecay: Double
    /// How many steps were taken before this one.
    public let step: Int

    private let buffers: [Floats]
    private let start: Int

    /// - Parameters:
    ///   - range: the stretch.
    ///   - parameters: the whole buffer, like `gradients` and each of `state`.
    ///   - state: one buffer for each of the optimizer's `stateNames`.
    public init(
        _ range: Range<Int>, parameters: Floats, gradients: Floats, state: [Floats], scale: Float,
        learningRate: Float, weightDecay: Double, step: Int
    ) {
        count = range.count
        self.parameters = parameters + range.lowerBound
        self.gradients = gradients + range.lowerBound
        self.scale = scale
        self.learningRate = learningRate
        self.weightDecay = weightDecay
        self.step = step
        buffers = state
        start = range.lowerBound
    }

    /// The stretch's state of the optimizer's state name number `index`.
    public func state(_ index: Int) -> Floats { buffers[index] + start }
}
