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
