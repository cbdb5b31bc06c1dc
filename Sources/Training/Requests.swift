/// What the user asks of a running job, besides going on; the training step spreads it to all ranks.
public struct Requests: Sendable {
    /// Whether to save a checkpoint and stop.
    public var stop: @Sendable () -> Bool
    /// Whether to save a checkpoint, since this was last asked.
    public var takeSave: @Sendable () -> Bool
    /// Whether an evaluation under way is to be cut short, which ends the run too.
    public var cutsEvaluation: @Sendable () -> Bool

    /// - Parameter cutsEvaluation: nil for whatever `stop` says.
    public init(
        stop: @escaping @Sendable () -> Bool, takeSave: @escaping @Sendable () -> Bool,
        cutsEvaluation: (@Sendable () -> Bool)? = nil
    ) {
        self.stop = stop
        self.takeSave = takeSave
        self.cutsEvaluation = cutsEvaluation ?? stop
    }

    /// Nobody asks for anything.
    public static let none = Requests(stop: { false }, takeSave: { false })

    /// What signals ask from now on; see ``Signals``.
    public static func bySignal() -> Requests {
        Signals.listen()
        return Requests(stop: { Signals.stopRequested }, takeSave: { Signals.takeSaveRequest() })
    }
}
