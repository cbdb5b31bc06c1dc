import Glibc
import Synchronization

/// What signals ask of a program that trains: SIGTERM, SIGINT, SIGHUP (a closed terminal) and SIGUSR1 to stop after a
/// checkpoint, SIGUSR2 to save one and go on. A second SIGINT ends the process where it stands.
///
/// The handlers only set flags, but for that second one: whoever trains asks for them, and before and after that the
/// watch of the process does.
public enum Signals {
    private static let stop = Atomic(false)
    private static let save = Atomic(false)
    private static let interrupts = Atomic(0)
    private static let areHeard = Atomic(false)

    /// Hears signals from now on: the first thing that a program does which trains.
    public static func listen() {
        guard !areHeard.exchange(true, ordering: .relaxed) else { return }
        for number in [SIGTERM, SIGUSR1] { signal(number) { _ in Signals.requestStop() } }
        // nohup has it ignored: so it stays.
        if unsafeBitCast(signal(SIGHUP, SIG_IGN), to: Int.self) == 0 {
            signal(SIGHUP) { _ in Signals.requestStop() }
        }
        signal(SIGINT) { _ in
            if Signals.interrupts.add(1, ordering: .relaxed).newValue > 1 {
                _exit(ExitStatus.resumable.rawValue)
            }
            Signals.requestStop()
        }
        signal(SIGUSR2) { _ in Signals.requestSave() }
    }

    private static func requestStop() { stop.store(true, ordering: .relaxed) }
    private static func requestSave() { save.store(true, ordering: .relaxed) }

    /// Whether the process was asked to stop.
    public static var stopRequested: Bool { stop.load(ordering: .relaxed) }
    static func takeSaveRequest() -> Bool { save.exchange(false, ordering: .relaxed) }
}
