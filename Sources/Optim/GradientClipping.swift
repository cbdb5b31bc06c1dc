/// What the gradient is multiplied with so that its norm exceeds the limit by no more than rounding
/// (`torch.nn.utils.clip_grad_norm_`): min(1, limit / (norm + 1e-6)).
///
/// - Parameters:
///   - norm: the Euclidean norm of the whole mean gradient.
///   - limit: the largest norm to let pass, or nil for any.
public func clippingFactor(norm: Double, limit: Double?) -> Float {
    limit.map { Float(min(1, $0 / (norm + 1e-6))) } ?? 1
}
