import Limits
import Synchronization

/// Writes checkpoints beside the steps: who saves waits until the one before is written, and for a copy of the state. The
/// copy's memory is taken once.
///
/// Where the system gives no thread, or no memory for a copy, it waits for all of it.
public final class CheckpointWriter {
    /// What came of a checkpoint.
    public struct Outcome: Sendable {
        public let step: Int
        /// Why it could not be written; nil if it was.
        public let failure: (any Error)?
        /// How long it took.
        public let seconds: Double
    }

    private let clock: Clock
    private var background: Background?
    private var copy: TrainingState?
    private let result = Result()

    public init(_ clock: Clock = .system) { self.clock = clock }

    /// Begins to write a state, in a way that may take its time.
    ///
    /// - Parameter write: gets a state that nobody changes meanwhile.
    public func save(
        _ state: TrainingState, _ write: @escaping @Sendable (TrainingState) throws -> Void
    ) {
        let background = self.background ?? Background()
        self.background = background
        background.wait()
        guard background.isBeside, take(state), let copy else {
            return result.put(Self.outcome(state, clock, write))
        }
        // Until it is written, nobody else touches the copy.
        nonisolated(unsafe) let own = copy
        background.begin { [result, clock] in result.put(Self.outcome(own, clock, write)) }
    }

    /// What came of the last checkpoint: told once, and nil while it is being written, unless that is waited for.
    public func outcome(waiting: Bool) -> Outcome? {
        if waiting { background?.wait() }
        return result.take()
    }

    /// Ends the thread, once nothing is under way.
    public func stop() { background?.stop() }

    /// Whether there is memory for a copy, which is then that of the state.
    private func take(_ state: TrainingState) -> Bool {
        if copy != nil {
            copy?.take(state)
        } else {
            copy = try? state.copy()
        }
        return copy != nil
    }

    private static func outcome(
        _ state: TrainingState, _ clock: Clock, _ write: (TrainingState) throws -> Void
    ) -> Outcome {
        let start = clock.monotonicSeconds()
        var failure: (any Error)?
        do { try write(state) } catch { failure = error }
        return Outcome(step: state.step, failure: failure, seconds: clock.monotonicSeconds() - start)
    }
}

/// What the thread leaves for who asked it.
private final class Result: Sendable {
    private let outcome = Mutex<CheckpointWriter.Outcome?>(nil)

    func put(_ outcome: CheckpointWriter.Outcome) { self.outcome.withLock { $0 = outcome } }

    func take() -> CheckpointWriter.Outcome? {
        outcome.withLock { outcome in
            defer { outcome = nil }
            return outcome
        }
    }
}
