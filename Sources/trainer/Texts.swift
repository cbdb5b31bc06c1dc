import BLAS
import Collectives
import Training

/// What `--version` prints.
var versionText: String {
    """
    trainer \(lockstepVersion)
    \(MPICommunicator.libraryVersion.split(separator: ",")[0])
    \(blasDescription())
    """
}
