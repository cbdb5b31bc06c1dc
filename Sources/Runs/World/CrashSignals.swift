import Glibc

/// The signals of crashes which Swift's runtime catches to print a backtrace. It then expects the faulty instruction to
/// fault again; where a signal came from another process, nothing faults, and the program would go on.
enum CrashSignals {
    private static let all = [SIGILL, SIGTRAP, SIGABRT, SIGBUS, SIGFPE, SIGSEGV]
    /// What the runtime does with each, by its number.
    nonisolated(unsafe) private static let runtime = UnsafeMutablePointer<sigaction>.allocate(capacity: 65)

    /// Lets those that other processes send end this one, as they end any; crashes of its own are the runtime's.
    static func endProcess() {
        for number in all {
            guard sigaction(number, nil, runtime + Int(number)) == 0,
                runtime[Int(number)].sa_flags & SA_SIGINFO != 0
            else { continue }
            var action = runtime[Int(number)]
            action.__sigaction_handler.sa_sigaction = { CrashSignals.receive($0, $1, $2) }
            sigaction(number, &action, nil)
        }
    }

    private static func receive(
        _ number: Int32, _ info: UnsafeMutablePointer<siginfo_t>?, _ context: UnsafeMutableRawPointer?
    ) {
        if let info, info.pointee.si_code <= 0, info.pointee._sifields._kill.si_pid != getpid() {
            signal(number, SIG_DFL)
            raise(number)  // as soon as this handler is left
        } else {
            runtime[Int(number)].__sigaction_handler.sa_sigaction?(number, info, context)
        }
    }
}
