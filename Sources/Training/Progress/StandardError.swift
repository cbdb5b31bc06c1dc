import Glibc

/// The process's own stderr, clock and terminal.
public enum StandardError {
    /// A display for this process.
    public static func progress(
        _ requested: Configuration.Progress, quiet: Bool, environment: [String: String]
    ) -> ProgressDisplay {
        ProgressDisplay(
            mode: ProgressMode(
                requested, quiet: quiet, environment: environment, isTerminal: isatty(STDERR_FILENO) == 1),
            columns: { columns(environment: environment) },
            now: monotonicSeconds,
            write: write)
    }

    /// Writes a text with one `write(2)`, so that mpirun does not mix lines of several ranks; errors have no
    /// place to go.
    public static func write(_ text: String) {
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let written = rest.withUnsafeBytes { Glibc.write(STDERR_FILENO, $0.baseAddress, $0.count) }
            if written < 0 && errno == EINTR { continue }
            guard written > 0 else { return }
            rest.removeFirst(written)
        }
    }

    /// The terminal's width, else what `$TRAINER_COLUMNS` (set for ranks by the front end) or `$COLUMNS`
    /// says, else 80.
    static func columns(environment: [String: String]) -> Int {
        var size = winsize()
        if ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 { return Int(size.ws_col) }
        let said = ["TRAINER_COLUMNS", "COLUMNS"].compactMap { environment[$0].flatMap { Int($0) } }
        return said.first { (1...10_000).contains($0) } ?? 80
    }

    private static func monotonicSeconds() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
    }
}
