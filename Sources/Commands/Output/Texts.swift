import BLAS
import Collectives
import Determinism
import Runs
import Training

extension TrainerCommand {
    /// What `--version` prints.
    var versionText: String {
        """
        \(name) \(lockstepVersion), arithmetic \(arithmeticVersion)
        \(MPICommunicator.libraryVersion.split(separator: ",")[0])
        \(OpenBLAS.shared?.description ?? "OpenBLAS is not installed: no --products openblas")
        """
    }
}
