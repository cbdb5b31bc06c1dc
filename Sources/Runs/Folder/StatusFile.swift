import Formats
import Glibc
import Synchronization
import Training

/// Rank 0's hand on `status.json`, which is published whole at every change: by its thread, and by the watch that ends it.
final class StatusFile: Sendable {
    /// A cause of many lines is for the log.
    private static let longestCause = 1000

    private let folder: RunFolder
    private let clock: Clock
    private let status: Mutex<RunStatus>

    /// Publishes that a run begins or goes on, which withdraws an older end: the first thing it writes.
    init(_ folder: RunFolder, step: Int, of totalSteps: Int, clock: Clock) throws(FileError) {
        self.folder = folder
        self.clock = clock
        var status = RunStatus(
            .running, step: step, of: totalSteps, host: hostName(), pid: Int(getpid()), time: clock.utc())
        status.checkpointStep = step > 0 ? step : nil
        self.status = Mutex(status)
        try publish { _ in }
    }

    /// A checkpoint was saved.
    ///
    /// - Parameter best: the step of the best one; nil where none is kept.
    func saved(step: Int, best: Int?) throws(FileError) {
        try publish { ($0.step, $0.checkpointStep, $0.bestStep) = (step, step, best) }
    }

    /// The end of the run, after all else: one mark that names what came of it.
    func done(step: Int, best: Int?, stateHash: String, modelHash: String) throws(FileError) {
        try publish { status in
            (status.state, status.exitStatus, status.step) = (.done, .done, step)
            status.bestStep = best
            (status.stateHash, status.modelHash) = (stateHash, modelHash)
        }
    }

    /// The run ends early. That this cannot be written, as on a full disk, must not hide the cause.
    func ended(_ error: any Error, step: Int) {
        let isStopped = if case TrainingError.stopped = error { true } else { false }
        end(isStopped ? .stopped : .failed, ExitStatus(of: error), cause: Self.cause(of: error), step: step)
    }

    /// The watch ends the run.
    func ended(_ exitStatus: ExitStatus, cause: String, step: Int) {
        end(.failed, exitStatus, cause: cause, step: step)
    }

    private func end(_ state: RunStatus.State, _ exitStatus: ExitStatus, cause: String, step: Int) {
        try? publish { status in
            (status.state, status.exitStatus, status.step) = (state, exitStatus, step)
            status.cause = String(cause.prefix(Self.longestCause))
        }
    }

    private static func cause(of error: any Error) -> String {
        guard let failure = error as? AgreedFailure else { return "\(error)" }
        return failure.cause.map { "\($0)" } ?? "rank \(failure.rank) failed: \(failure.status.meaning)"
    }

    private func publish(_ change: (inout RunStatus) -> Void) throws(FileError) {
        try status.withLock { status throws(FileError) in
            change(&status)
            status.time = clock.utc()
            try Files.publish(folder.status, Array(status.json.prettyText.utf8))
        }
    }
}
