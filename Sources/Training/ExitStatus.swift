import Collectives
import Formats
import Limits
import Samples

/// How a run ended, as the process's exit status: the values of `sysexits.h`, the same on every rank.
public enum ExitStatus: Int32, CaseIterable, Error, Sendable {
    case done = 0
    case failed = 1
    case usage = 64
    case badData = 65
    case inputMissing = 66
    case internalError = 70
    case outOfMemory = 71
    case cannotCreate = 73
    case ioFailure = 74
    case resumable = 75
    case integrity = 76
    case environment = 78

    /// One line for `--help`.
    public var meaning: String {
        switch self {
        case .done: "done"
        case .failed: "training failed: it diverged"
        case .usage: "wrong usage: unknown option or key, impossible combination"
        case .badData: "an input file is malformed"
        case .inputMissing: "an input file is missing or cannot be read"
        case .internalError: "internal error"
        case .outOfMemory: "memory, or a thread, that cannot be had"
        case .cannotCreate: "output cannot be created: the run folder is in use, not empty or not writable"
        case .ioFailure: "reading or writing failed: disk full, for example"
        case .resumable: "stopped before the end but resumable: run again with --resume auto"
        case .integrity: "integrity lost: replicas differ, or no checkpoint is valid"
        case .environment: "unsuitable environment: wrong MPI, CPU too old, more ranks than shards"
        }
    }
}

/// An error that knows which status tells of it.
public protocol StatusError: Error {
    var exitStatus: ExitStatus { get }
}

extension ExitStatus {
    /// The status that tells of an error; one of a type not known here is a bug of ours.
    public init(of error: any Error) {
        self =
            switch error {
            case let status as ExitStatus: status
            case let error as AgreedFailure: error.status
            case let error as any StatusError: error.exitStatus
            case is CommunicatorError: .resumable
            case is UnsuitableShape: .usage
            case is OutOfMemory, is ThreadError: .outOfMemory
            case let error as FileError:
                switch error.kind {
                case .missing: .inputMissing
                case .malformed: .badData
                case .outOfMemory: .outOfMemory
                case .cannotCreate: .cannotCreate
                case .ioFailure: .ioFailure
                }
            default: .internalError
            }
    }
}
