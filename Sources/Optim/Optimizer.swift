import Kernels

/// A rule that moves parameters against their gradients; its state lives in flat buffers the caller owns.
public protocol Optimizer: Sendable {
    /// What each state buffer holds, under PyTorch's names; each is as long as the parameters and starts at zero.
    var stateNames: [String] { get }

    /// Takes one step in place.
    ///
    /// - Parameters:
    ///   - gradients: the gradients' sum over a batch.
    ///   - state: one buffer for each of `stateNames`.
    ///   - scale: what turns the sum into the mean.
    ///   - step: how many steps were taken before this one.
    func update(
        count: Int, parameters: Floats, gradients: Floats, state: [Floats], scale: Float,
        learningRate: Float, step: Int)
}
