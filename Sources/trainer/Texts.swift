import Collectives
import Kernels
import Training

/// What `--version` prints.
var versionText: String {
    """
    trainer \(lockstepVersion)
    \(MPICommunicator.libraryVersion.split(separator: ",")[0])
    \(blasDescription())
    """
}

extension Evaluation {
    /// The result in words.
    var summary: String {
        let percent = (accuracy * 10_000).rounded() / 100
        return "accuracy \(percent) % (\(correct) of \(total)), loss \((loss * 10_000).rounded() / 10_000)"
    }
}
