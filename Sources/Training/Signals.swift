import Glibc
import Synchronization

/// What the user asked for by signal. The handlers only set flags; the training step spreads them to all ranks.
///
/// SIGTERM, SIGINT and SIGUSR1 stop after a checkpoint; SIGUSR2 saves one and goes on; a second SIGINT kills.
public enum Signals {
    private static let stop = Atomic(false)
    private static let save = Atomic(false)

    public static func install() {
        for number in [SIGTERM, SIGUSR1] { signal(number) { _ in Signals.requestStop() } }
        signal(SIGINT) { number in
            Signals.requestStop()
            signal(number, SIG_DFL)
        }
        signal(SIGUSR2) { _ in Signals.requestSave() }
    }

    static func requestStop() { stop.store(true, ordering: .relaxed) }
    static func requestSave() { save.store(true, ordering: .relaxed) }

    static var stopRequested: Bool { stop.load(ordering: .relaxed) }
    static func takeSaveRequest() -> Bool { save.exchange(false, ordering: .relaxed) }
}
