/// A linear growth to the rate at which another schedule starts, and then that schedule over the steps that are left.
///
/// Step i of a warm-up of w steps trains at (i + 1) / w of that rate.
public struct WarmUp: Schedule {
    public let steps: Int
    public let schedule: any Schedule

    public init(steps: Int, then schedule: any Schedule) {
        precondition(steps >= 0, "a warm-up of \(steps) steps")
        self.steps = steps
        self.schedule = schedule
    }

    public func rate(at step: Int, of total: Int) -> Double {
        let left = total - steps
        if step < steps { return schedule.rate(at: 0, of: left) * Double(step + 1) / Double(steps) }
        return schedule.rate(at: step - steps, of: left)
    }
}

extension Schedule {
    /// This schedule after a linear warm-up.
    public func warmedUp(over steps: Int) -> WarmUp { WarmUp(steps: steps, then: self) }
}
