import Glibc
import Runs
import Training

/// The process's own terminal.
extension StandardError {
    /// A display for this process.
    public static func progress(
        _ requested: Configuration.Progress, quiet: Bool, environment: [String: String]
    ) -> ProgressDisplay {
        ProgressDisplay(
            mode: ProgressMode(
                requested, quiet: quiet, environment: environment, isTerminal: isatty(STDERR_FILENO) == 1),
            columns: { columns(environment: environment) },
            now: Clock.system.monotonicSeconds,
            write: { write($0) })
    }

    /// The terminal's width, else what `$TRAINER_COLUMNS` (set for ranks by the front end) or `$COLUMNS`
    /// says, else 80.
    static func columns(environment: [String: String]) -> Int {
        var size = winsize()
        if ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 { return Int(size.ws_col) }
        let said = ["TRAINER_COLUMNS", "COLUMNS"].compactMap { environment[$0].flatMap { Int($0) } }
        return said.first { (1...10_000).contains($0) } ?? 80
    }
}
