/// What a rank keeps of a run. Rank 0 has one that writes; every other rank is an inert `Worker`.
public protocol RunRecorder: AnyObject {
    /// Called once, before the first step.
    func begin(_ job: TrainingJob)
    /// Shows how far the run is.
    func progress(_ state: TrainingState, _ result: StepResult)
    /// Writes a line about the steps since the last one.
    func recordTraining(_ state: TrainingState, _ result: StepResult) throws
    /// Writes a line about the test set.
    func recordEvaluation(_ state: TrainingState, _ score: Score) throws
    /// Publishes a checkpoint.
    func save(_ state: TrainingState) throws
    /// Publishes the trained model.
    func finish(_ state: TrainingState, _ score: Score) throws
    /// Notes why the run ends early.
    func fail(_ error: any Error, at step: Int)
}

/// A rank other than 0: it writes nothing.
public final class Worker: RunRecorder {
    public init() {}

    public func begin(_ job: TrainingJob) {}
    public func progress(_ state: TrainingState, _ result: StepResult) {}
    public func recordTraining(_ state: TrainingState, _ result: StepResult) throws {}
    public func recordEvaluation(_ state: TrainingState, _ score: Score) throws {}
    public func save(_ state: TrainingState) throws {}
    public func finish(_ state: TrainingState, _ score: Score) throws {}
    public func fail(_ error: any Error, at step: Int) {}
}
