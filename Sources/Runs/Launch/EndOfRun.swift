/// How long it is that a run is through whose ranks have yet to end.
struct EndOfRun {
    /// Seconds that they may take.
    let longest: Double
    private var (nextLook, doneAt) = (0.0, Double.infinity)

    init(longest: Double) { self.longest = longest }

    /// Whether they have taken longer; looks once a second.
    mutating func isOverdue(at time: Double, isDone: () -> Bool) -> Bool {
        if doneAt == .infinity, time >= nextLook {
            nextLook = time + 1
            if isDone() { doneAt = time }
        }
        return time - doneAt > longest
    }
}
