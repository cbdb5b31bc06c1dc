/// A way for training to end early that every rank comes to by itself, from values that are the same on all.
public enum TrainingError: StatusError, Equatable, CustomStringConvertible {
    /// Numbers of that step are none: why, and the newest checkpoint, which is sound.
    case diverged(step: Int, reason: String, checkpoint: Int?)
    case stopped(step: Int, of: Int)
    case replicasDiffer(rank: Int, tensor: String, step: Int)
    case tooManyRanks(ranks: Int, shards: Int)
    case dataDiffers(rank: Int)
    case noOpenBLAS

    public var description: String {
        switch self {
        case .diverged(let step, let reason, nil):
            """
            training diverged at step \(step): \(reason); no checkpoint was saved before: start again in another \
            --run-dir with a lower --lr, or with --warmup-steps
            """
        case .diverged(let step, let reason, let checkpoint?) where step == checkpoint + 1:
            """
            training diverged at step \(step), the first after the checkpoint of step \(checkpoint): \(reason); go back \
            to that checkpoint with --resume and a lower --lr or --on-nan skip, or to an older one
            """
        case .diverged(let step, let reason, let checkpoint?):
            """
            training diverged at step \(step): \(reason); go back to step \(checkpoint), the newest sound checkpoint, \
            with --resume and a lower --lr, or --warmup-steps
            """
        case .stopped(let step, let total):
            "stopped at step \(step) of \(total), with a checkpoint"
        case .replicasDiffer(let rank, let tensor, let step):
            """
            replicas differ at step \(step): rank \(rank)'s '\(tensor)' is not rank 0's; check that all hosts run the \
            same binary on the same kind of CPU and have sound memory, then go on with --resume auto
            """
        case .tooManyRanks(let ranks, let shards):
            """
            \(ranks) ranks cannot share \(shards) shards: start at most \(shards) ranks, or raise --shards \
            (it is part of the result: the same at every number of processes)
            """
        case .dataDiffers(let rank):
            """
            rank \(rank) reads other data than rank 0: all hosts need the same files under --data; compare their \
            SHA-256
            """
        case .noOpenBLAS:
            "OpenBLAS is not installed on this host: install libopenblas0, or take our own products, --products own"
        }
    }

    public var exitStatus: ExitStatus {
        switch self {
        case .diverged: .failed
        case .stopped: .resumable
        case .replicasDiffer: .integrity
        case .tooManyRanks, .noOpenBLAS: .environment
        case .dataDiffers: .badData
        }
    }
}
