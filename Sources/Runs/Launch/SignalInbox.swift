import Glibc

/// Signals that this process reads instead of being interrupted by them.
struct SignalInbox {
    private static let numbers = [SIGTERM, SIGINT, SIGHUP, SIGUSR1]
    private var set = sigset_t()

    /// From now on they wait to be taken.
    init() {
        sigemptyset(&set)
        for number in Self.numbers { sigaddset(&set, number) }
        pthread_sigmask(SIG_BLOCK, &set, nil)
        signal(SIGPIPE, SIG_IGN)
    }

    /// The next one, where there is one.
    func take() -> Int32? {
        var set = set
        var none = timespec()
        let number = sigtimedwait(&set, nil, &none)
        return number > 0 ? number : nil
    }
}
