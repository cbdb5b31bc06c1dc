/// Shows how far a run is, and prints its other lines.
public protocol ProgressReporter: AnyObject {
    /// Takes in where the run is.
    func update(_ snapshot: ProgressSnapshot)
    /// Prints a line of other matter.
    func line(_ text: String)
    /// Leaves the last state to be seen.
    func finish()
}
