import Runs

/// Shows on stderr how far the run is, and prints other lines around the bar; each output is one call of
/// `write`.
public final class ProgressDisplay: ProgressReporter {
    private static let secondsBetweenRedraws = 0.1
    private static let secondsBetweenPlainLines = 10.0
    private static let eraseLine = "\r\u{1B}[K"

    private let mode: ProgressMode
    private let columns: () -> Int
    private let now: () -> Double
    private let write: (String) -> Void

    private var rate = ProgressRate()
    private var last: ProgressSnapshot?
    /// When the bar or a plain line was last written.
    private var lastShown: Double
    private var isLastShown = true
    private var barIsVisible = false

    /// - Parameters:
    ///   - columns: width of the terminal, asked before each redraw, since it may change.
    ///   - now: a monotonic clock, in seconds.
    ///   - write: takes bytes of whole lines, in UTF-8.
    init(
        mode: ProgressMode, columns: @escaping () -> Int, now: @escaping () -> Double,
        write: @escaping (String) -> Void
    ) {
        self.mode = mode
        self.columns = columns
        self.now = now
        self.write = write
        lastShown = now()
    }

    /// Takes in where the run is, and shows it unless it was shown a moment ago.
    public func update(_ snapshot: ProgressSnapshot) {
        let time = now()
        rate.update(step: snapshot.step, samples: snapshot.samples, at: time)
        last = snapshot
        isLastShown = false
        switch mode {
        case .bar where !barIsVisible || time - lastShown >= Self.secondsBetweenRedraws: show(at: time)
        case .plain where snapshot.endsEpoch || time - lastShown >= Self.secondsBetweenPlainLines:
            show(at: time)
        default: break
        }
    }

    /// Prints a line of other matter, above the bar if there is one.
    public func line(_ text: String) {
        let bar = barIsVisible ? drawnBar() : ""
        write((barIsVisible ? Self.eraseLine : "") + StandardError.readable(text) + "\n" + bar)
    }

    /// Leaves the last state on the screen and the cursor on a new line.
    public func finish() {
        switch mode {
        case .bar where barIsVisible: write(drawnBar() + "\n")
        case .plain where !isLastShown: show(at: now())
        default: break
        }
        barIsVisible = false
        isLastShown = true
    }

    private func show(at time: Double) {
        guard let last else { return }
        if mode == .bar {
            write(drawnBar())
            barIsVisible = true
        } else {
            write(ProgressLine(last, rate: rate).plain + "\n")
        }
        lastShown = time
        isLastShown = true
    }

    /// The last column stays free: a terminal may wrap the line when it is written.
    private func drawnBar() -> String {
        guard let last else { return "" }
        return "\r" + ProgressLine(last, rate: rate).bar(width: columns() - 1) + "\u{1B}[K"
    }
}
