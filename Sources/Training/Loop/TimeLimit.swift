/// When a run has to come to an end by itself, so that its process is gone at a time that a batch system has set.
///
/// What is left must do for a step that is under way, a checkpoint, and a second for the rest; each counts twice.
final class TimeLimit {
    private static let secondsForTheRest = 1.0
    /// What a disk writes in a second at least, as long as nothing is known of it.
    private static let bytesPerSecond = 50e6
    /// By how much a step that took long is remembered at the next.
    private static let memory = 0.98

    private let end: Double
    private let now: @Sendable () -> Double
    private let leastToSave: Double
    private var secondsToSave: Double
    private var longestStep = 0.0
    private var secondsOfSteps = 0.0
    /// Whether it was time to stop when this was last asked.
    private(set) var hasCome = false

    /// - Parameters:
    ///   - end: in seconds of the monotonic clock.
    ///   - stateBytes: of a checkpoint.
    init(end: Double, stateBytes: Int, clock: Clock = .system) {
        (self.end, now) = (end, clock.monotonicSeconds)
        leastToSave = Double(stateBytes) / Self.bytesPerSecond
        secondsToSave = leastToSave
    }

    /// A checkpoint has taken so long, in all.
    func saved(in seconds: Double) { secondsToSave = max(seconds, leastToSave) }

    /// A step is under way; all steps before have taken so many seconds.
    func steps(took seconds: Double) {
        longestStep = max(seconds - secondsOfSteps, longestStep * Self.memory)
        secondsOfSteps = seconds
    }

    /// Whether it is time to stop.
    func isNear() -> Bool {
        hasCome = hasCome || end - now() <= 2 * (longestStep + secondsToSave) + Self.secondsForTheRest
        return hasCome
    }
}
