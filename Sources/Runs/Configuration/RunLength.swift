/// What becomes of a learning rate whose run is to go on longer than it was spread over.
public enum ScheduleExtension: String, CaseIterable, Sendable {
    /// It stays as it was, and its last value is held from there on.
    case hold
    /// It is spread over all the epochs there are now.
    case stretch
}

/// How long a run goes on, and over how many epochs its learning rate is spread.
struct RunLength: Equatable {
    let epochs: Int
    /// Nil for all of them.
    let scheduleEpochs: Int?

    /// The epochs that the schedule is spread over.
    var spread: Int { scheduleEpochs ?? epochs }

    /// This length for a run that goes on from one of another, under a schedule that reads it; nil where the schedule would be
    /// stretched, and nobody has said so.
    func following(_ before: RunLength, by choice: ScheduleExtension?) -> RunLength? {
        guard scheduleEpochs == before.scheduleEpochs, epochs > before.epochs else { return self }
        switch choice {
        case .hold: return RunLength(epochs: epochs, scheduleEpochs: before.spread)
        case .stretch: return RunLength(epochs: epochs, scheduleEpochs: nil)
        case nil: return scheduleEpochs == nil ? nil : self
        }
    }

    /// What there is to say of a schedule that reads the length.
    func notes(after before: RunLength, lastRate: Double) -> [String] {
        if spread != before.spread {
            return ["the schedule is spread over \(spread) epochs instead of \(before.spread)"]
        }
        guard epochs > before.epochs, epochs > spread else { return [] }
        return [
            "the schedule stays spread over \(spread) epochs; after them its last rate, \(lastRate), is held"
        ]
    }
}
