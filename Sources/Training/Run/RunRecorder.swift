/// What a rank keeps of a run. Rank 0 is a `Coordinator`; every other rank is an inert `Worker`.
protocol RunRecorder: AnyObject {
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
}

/// A rank other than 0: it writes nothing.
final class Worker: RunRecorder {
    func begin(_ job: TrainingJob) {}
    func progress(_ state: TrainingState, _ result: StepResult) {}
    func recordTraining(_ state: TrainingState, _ result: StepResult) throws {}
    func recordEvaluation(_ state: TrainingState, _ score: Score) throws {}
    func save(_ state: TrainingState) throws {}
    func finish(_ state: TrainingState, _ score: Score) throws {}
}
