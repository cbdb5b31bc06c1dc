import Glibc
import Training

/// What comes first in a program's main.
///
/// - Parameter trains: whether signals ask to stop and to save, see ``Signals``; otherwise they have their usual meaning, and
///   SIGTERM, for one, ends the process with 143.
public func startProcess(trains: Bool) {
    if trains { Signals.listen() }
    CrashSignals.endProcess()
    // A reader that leaves must not end a run: the write fails.
    signal(SIGPIPE, SIG_IGN)
}
