import Synchronization

/// The evaluations of a run that were better than all before, whose checkpoints are saved: by accuracy, or by loss where none
/// is measured. Of equal ones the first counts.
public final class BestEvaluations: Sendable {
    private struct Record {
        let step: Int
        /// The more the better.
        let merit: Double
    }

    /// In the order of their steps.
    private let records = Mutex<[Record]>([])

    public init() {}

    /// Takes note of an evaluation after so many steps.
    public func note(step: Int, accuracy: Double?, loss: Double) {
        let merit = accuracy ?? -loss
        records.withLock { records in
            if records.last.map({ merit > $0.merit }) ?? true {
                records.append(Record(step: step, merit: merit))
            }
        }
    }

    /// Forgets an evaluation whose checkpoint could not be written.
    public func forget(step: Int) { records.withLock { $0.removeAll { $0.step == step } } }

    /// Whether the evaluation after a step was better than all before.
    public func isBest(_ step: Int) -> Bool { records.withLock { $0.last?.step == step } }

    /// The step of the best evaluation up to a step whose checkpoint is there.
    ///
    /// A run keeps that of its oldest checkpoint: the best up to any later one is that, or a newer one, which is among those
    /// that are kept anyway. So whichever of them it goes on from, the best up to there is still kept.
    public func step(upTo last: Int = .max, where isThere: (Int) -> Bool) -> Int? {
        records.withLock { $0.last { $0.step <= last && isThere($0.step) }?.step }
    }
}
