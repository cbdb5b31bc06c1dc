import Collectives

/// What a program does while a run goes on: rank 0 is called, and all ranks do what it decides.
///
/// Reports hold only what is the same at every world size and in a run that was stopped and resumed, so that decisions are
/// too. A closure that only prints, plots or sends gives `.goOn`.
public struct Callbacks {
    public enum Decision: Sendable {
        case goOn
        /// The run ends here as if it had come to its last step: with a checkpoint, an evaluation and the model.
        case stop
    }

    /// After every step. The decision travels with the next step's gradients, so the run ends one step later.
    public var afterStep: ((StepReport) -> Decision)?
    /// After every evaluation.
    public var afterEvaluation: ((EvaluationReport) -> Decision)?
    /// After every epoch and its evaluation; asked again when a run is resumed there.
    public var afterEpoch: ((EvaluationReport) -> Decision)?

    public init() {}
}

/// A step that was taken.
public struct StepReport {
    /// Steps taken so far.
    public let step: Int
    /// Epochs begun so far.
    public let epoch: Int
    public let result: StepResult
}

/// How a model does.
public struct EvaluationReport {
    /// Steps taken so far.
    public let step: Int
    /// Epochs begun so far.
    public let epoch: Int
    /// What the whole test set gave.
    public let test: Score
}

extension Communicator {
    /// Whether rank 0 decides to stop, on every rank.
    func stops(_ decide: () -> Callbacks.Decision) throws -> Bool {
        try broadcast(rank == 0 && decide() == .stop, from: 0)
    }
}
