/// A learning rate as a pure function of the optimizer step.
///
/// An own one is a type that conforms, in any package:
///
///     struct LinearDecay: Schedule {
///         func rate(at step: Int, of total: Int) -> Double { 0.1 * (1 - Double(step) / Double(total)) }
///     }
public protocol Schedule: Sendable {
    /// The rate of the step taken after `step` others.
    ///
    /// - Parameter total: the steps over which the schedule is spread: a run may end before, and go on beyond.
    func rate(at step: Int, of total: Int) -> Double
}
