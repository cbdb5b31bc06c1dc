import Formats
import Glibc
import Training

/// Rank 0's hand on `status.json`, which is published whole at every change.
final class StatusFile {
    /// A cause of many lines is for the log.
    private static let longestCause = 1000

    private let folder: RunFolder
    private let clock: Clock
    private var status: RunStatus

    /// Publishes that a run begins or goes on, which withdraws an older end: the first thing it writes.
    init(_ folder: RunFolder, step: Int, of totalSteps: Int, clock: Clock) throws(FileError) {
        self.folder = folder
        self.clock = clock
        status = RunStatus(
            .running, step: step, of: totalSteps, host: hostName(), pid: Int(getpid()), time: clock.utc())
        status.checkpointStep = step > 0 ? step : nil
        try publish()
    }

    /// A checkpoint was saved.
    func saved(step: Int) throws(FileError) {
        (status.step, status.checkpointStep) = (step, step)
        try publish()
    }

    /// The end of the run, after all else: one mark that names what came of it.
    func done(step: Int, stateHash: String, modelHash: String) throws(FileError) {
        (status.state, status.exitStatus, status.step) = (.done, .done, step)
        (status.stateHash, status.modelHash) = (stateHash, modelHash)
        try publish()
    }

    /// The run ends early. That this cannot be written, as on a full disk, must not hide the cause.
    func ended(_ error: any Error, step: Int) {
        let exitStatus = ExitStatus(of: error)
        if case TrainingError.stopped = error { status.state = .stopped } else { status.state = .failed }
        (status.exitStatus, status.step) = (exitStatus, step)
        status.cause = String(Self.cause(of: error).prefix(Self.longestCause))
        try? publish()
    }

    private static func cause(of error: any Error) -> String {
        guard let failure = error as? AgreedFailure else { return "\(error)" }
        return failure.cause.map { "\($0)" } ?? "rank \(failure.rank) failed: \(failure.status.meaning)"
    }

    private func publish() throws(FileError) {
        status.time = clock.utc()
        try Files.publish(folder.status, Array(status.json.prettyText.utf8))
    }
}
