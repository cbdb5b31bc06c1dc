import Training

/// The trainer's exit status, not Swift Testing's.
typealias Status = Training.ExitStatus
