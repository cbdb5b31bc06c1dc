import Glibc
import Training

/// When the process began, in seconds of the monotonic clock.
let processStart = Clock.system.monotonicSeconds()

/// What comes first in a program's main.
///
/// - Parameter trains: whether signals ask to stop and to save, see ``Signals``; otherwise they have their usual meaning, and
///   SIGTERM, for one, ends the process with 143.
public func startProcess(trains: Bool) {
    _ = processStart
    if trains { Signals.listen() }
    CrashSignals.endProcess()
    // A reader that leaves must not end a run: the write fails.
    signal(SIGPIPE, SIG_IGN)
}
