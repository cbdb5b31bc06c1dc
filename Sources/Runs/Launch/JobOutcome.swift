import Glibc
import Training

/// How a job ended, as the launcher sees it.
enum JobOutcome: Equatable, Sendable {
    /// The run is through.
    case done
    /// It was asked to stop, and can be gone on from.
    case stopped
    /// It failed in a way that repeating does not change.
    case failed(ExitStatus, cause: String?)
    /// Something broke that a restart may get over.
    case fault(String)
    /// mpirun could not start it.
    case notStarted(String)
}

extension JobOutcome {
    /// - Parameters:
    ///   - end: how mpirun ended. Its statuses are not all the trainer's, and from 5.0 on it returns 0 when it loses a host.
    ///   - status: what this start of the job left; nil where it left none.
    ///   - stopAsked: whether the launcher asked it to stop.
    ///   - isRestart: whether another start of the run went before, whose ranks may be about to end still.
    init(_ end: ChildProcess.End, status: RunStatus?, stopAsked: Bool, isRestart: Bool) {
        switch status?.state {
        case .done: self = .done
        // Ranks that mpirun left behind when it was killed are asked to stop by the launcher.
        case .stopped where end.isDeath && !stopAsked: self = Self.broken(end, hasBegun: true)
        case .stopped: self = .stopped
        case .failed:
            let named = status?.exitStatus ?? .resumable
            self = Self.ending(with: named, cause: status?.cause, hasBegun: true, stopAsked, isRestart)
        default:
            // Only what is the trainer's alone is taken for its own: 1 may mean anything.
            if case .exited(let code) = end, code != 1, code != 0, let named = ExitStatus(rawValue: code) {
                self = Self.ending(
                    with: named, cause: nil, hasBegun: status?.state == .running, stopAsked, isRestart)
            } else if stopAsked {
                self = .stopped
            } else {
                self = Self.broken(end, hasBegun: status?.state == .running)
            }
        }
    }

    /// What a status of the trainer means.
    private static func ending(
        with status: ExitStatus, cause: String?, hasBegun: Bool, _ stopAsked: Bool, _ isRestart: Bool
    ) -> JobOutcome {
        switch status {
        case .resumable: stopAsked ? .stopped : .fault(cause ?? "the job stopped before its end")
        // A replica that differs, in a run that had begun: its last proven checkpoint is sound.
        case .integrity where hasBegun: .fault(cause ?? "the replicas differed")
        // Ranks of a start before, which hold the folder still.
        case .cannotCreate where isRestart && !hasBegun: .fault("the run folder is still in use")
        default: .failed(status, cause: cause)
        }
    }

    private static func broken(_ end: ChildProcess.End, hasBegun: Bool) -> JobOutcome {
        switch end {
        case .exited(0) where hasBegun:
            .fault("mpirun reported success before the run's end: a host was lost")
        case .exited(let code) where !hasBegun && couldNotStart.contains(code):
            .notStarted("mpirun ended with status \(code) before the run began")
        case .exited(let code) where code > 128 && code < 128 + 65:
            .fault("a process died of signal \(code - 128) (\(String(cString: strsignal(code - 128))))")
        case .exited(let code): .fault("mpirun ended with status \(code)")
        case .signaled: .fault("mpirun died of \(end.text)")
        }
    }

    /// Statuses of mpirun that tell of a program, a host or a setting that is not there.
    private static let couldNotStart: [Int32] = [1, 126, 127, 132, 183, 213, 243, 255]
}
