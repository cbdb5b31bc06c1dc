import BLAS
import Collectives
import Determinism
import Runs
import Training

/// What `--version` prints.
var versionText: String {
    """
    trainer \(lockstepVersion), arithmetic \(arithmeticVersion)
    \(MPICommunicator.libraryVersion.split(separator: ",")[0])
    \(blasDescription())
    """
}
