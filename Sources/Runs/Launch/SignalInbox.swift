import Glibc

/// Signals that this process reads instead of being interrupted by them.
struct SignalInbox {
    private static let numbers = [SIGTERM, SIGINT, SIGHUP, SIGUSR1]
    private var set = sigset_t()

    /// From now on they wait to be taken.
    init() {
        sigemptyset(&set)
        for number in Self.numbers where number != SIGHUP || !Self.isIgnored(number) {
            sigaddset(&set, number)
        }
        pthread_sigmask(SIG_BLOCK, &set, nil)
        signal(SIGPIPE, SIG_IGN)
    }

    /// nohup has SIGHUP ignored: so it stays.
    private static func isIgnored(_ number: Int32) -> Bool {
        var action = sigaction()
        sigaction(number, nil, &action)
        return unsafeBitCast(action.__sigaction_handler.sa_handler, to: Int.self) == 1
    }

    /// The next one, where there is one.
    func take() -> Int32? {
        var set = set
        var none = timespec()
        let number = sigtimedwait(&set, nil, &none)
        return number > 0 ? number : nil
    }
}
