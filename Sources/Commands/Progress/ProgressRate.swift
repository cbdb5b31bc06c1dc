import Glibc

/// Speed of a run, smoothed exponentially: work and time of an update count `e^(−age / 10 s)`.
struct ProgressRate {
    private static let memorySeconds = 10.0

    private var updates = 0
    private var last = (step: 0, samples: 0, seconds: 0.0)
    private var steps = 0.0
    private var samples = 0.0
    private var seconds = 0.0

    /// Takes in the counts so far; the first update only sets the mark from which speed is measured.
    mutating func update(step: Int, samples newSamples: Int, at now: Double) {
        if updates > 0 {
            let elapsed = max(0, now - last.seconds)
            let decay = exp(-elapsed / Self.memorySeconds)
            steps = steps * decay + Double(step - last.step)
            samples = samples * decay + Double(newSamples - last.samples)
            seconds = seconds * decay + elapsed
        }
        updates += 1
        last = (step, newSamples, now)
    }

    /// Samples per second, from the third update on.
    var samplesPerSecond: Double? {
        updates >= 3 && seconds > 0 ? samples / seconds : nil
    }

    /// Seconds that so many steps will take, from the third update on.
    func secondsLeft(steps left: Int) -> Double? {
        updates >= 3 && steps > 0 ? Double(max(0, left)) * seconds / steps : nil
    }
}
