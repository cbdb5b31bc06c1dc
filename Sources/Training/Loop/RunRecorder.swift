/// What a rank keeps of a run. Rank 0 has one that writes; every other rank is an inert `Worker`.
public protocol RunRecorder: AnyObject {
    /// Called once, before the first step.
    ///
    /// - Parameter clock: where the time of this rank goes from now on.
    func begin(_ job: TrainingJob, clock: PhaseClock)
    /// Shows how far the run is; throws if a checkpoint that was begun could not be written.
    func progress(_ state: TrainingState, _ result: StepResult) throws
    /// Writes a line about the steps since the last one.
    func recordTraining(_ state: TrainingState, _ result: StepResult) throws
    /// Writes a line about the test set.
    func recordEvaluation(_ state: TrainingState, _ score: Score) throws
    /// Whether the test set was never told better than in the evaluation just recorded, after that step.
    func isBest(at step: Int) -> Bool
    /// Begins to publish a checkpoint, once the one before is; the run may go on meanwhile.
    func save(_ state: TrainingState) throws
    /// Waits until the last checkpoint is published; throws if it could not be.
    func settle() throws
    /// The step of the newest checkpoint that is published, once that of the last is known; nil where there is none.
    func newestStep() -> Int?
    /// How long it took to publish the last checkpoint.
    var secondsToSave: Double { get }
    /// Publishes the trained model.
    func finish(_ state: TrainingState, _ score: Score) throws
    /// Notes why the run ends early, once the last checkpoint is published or could not be.
    func fail(_ error: any Error, at step: Int)
}

/// A rank other than 0: it writes nothing.
public final class Worker: RunRecorder {
    public init() {}

    public func begin(_ job: TrainingJob, clock: PhaseClock) {}
    public func progress(_ state: TrainingState, _ result: StepResult) {}
    public func recordTraining(_ state: TrainingState, _ result: StepResult) throws {}
    public func recordEvaluation(_ state: TrainingState, _ score: Score) throws {}
    public func isBest(at step: Int) -> Bool { false }
    public func save(_ state: TrainingState) throws {}
    public func settle() throws {}
    public func newestStep() -> Int? { nil }
    public var secondsToSave: Double { 0 }
    public func finish(_ state: TrainingState, _ score: Score) throws {}
    public func fail(_ error: any Error, at step: Int) {}
}
