import Glibc
import Synchronization

/// What the user asks of a running job, besides going on; the training step spreads it to all ranks.
public struct Requests: Sendable {
    /// Whether to save a checkpoint and stop.
    public var stop: @Sendable () -> Bool
    /// Whether to save a checkpoint, since this was last asked.
    public var takeSave: @Sendable () -> Bool

    public init(stop: @escaping @Sendable () -> Bool, takeSave: @escaping @Sendable () -> Bool) {
        self.stop = stop
        self.takeSave = takeSave
    }

    /// Nobody asks for anything.
    public static let none = Requests(stop: { false }, takeSave: { false })

    /// What signals ask from now on: SIGTERM, SIGINT and SIGUSR1 to stop after a checkpoint, SIGUSR2 to save one and go
    /// on; a second SIGINT kills.
    public static func bySignal() -> Requests {
        Signals.install()
        return Requests(stop: { Signals.stopRequested }, takeSave: { Signals.takeSaveRequest() })
    }
}

/// The handlers, which only set flags.
private enum Signals {
    private static let stop = Atomic(false)
    private static let save = Atomic(false)

    static func install() {
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
