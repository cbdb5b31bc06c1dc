/// Decides, from what is seen of ranks time after time, whether a job stands still, and by whose fault.
struct SilenceJudge {
    /// In a job that is asked to stop, nothing may stand still for longer.
    static let patienceOfStop = 5.0
    /// A disk is waited for so many times as long as anything else.
    static let patienceForDisks = 10.0

    private struct Record {
        var sighting = Sighting()
        /// When the rank last showed something, and when its process did.
        var movedAt = 0.0
        var ranAt = 0.0
        /// Whether it is another host's: what it shows may be lost on the way, and accuses nobody as long as ranks of this
        /// host go on.
        var isDistant = false
    }

    /// Of the ranks that are seen; nil of those that are not, such as those of other hosts.
    private var records: [Record?] = []

    /// Makes room for a rank.
    mutating func expect(_ rank: Int) {
        while records.count <= rank { records.append(nil) }
    }

    /// Begins anew: other ranks are looked at.
    mutating func forget() { records = [] }

    /// Takes in what is seen of a rank.
    mutating func see(_ sighting: Sighting, of rank: Int, at time: Double, isDistant: Bool = false) {
        guard var record = records[rank] else {
            records[rank] = Record(sighting: sighting, movedAt: time, ranAt: time, isDistant: isDistant)
            return
        }
        if sighting.beats != record.sighting.beats || sighting.place != record.sighting.place {
            record.movedAt = time
        }
        if sighting.rounds != record.sighting.rounds { record.ranAt = time }
        record.sighting = sighting
        records[rank] = record
    }

    /// Who keeps the job from going on; nil where it goes on, or may.
    ///
    /// A rank whose process runs no more keeps it. So does one that shows nothing without waiting for others. Where there is
    /// none of either kind, and yet all of this host wait for too long, they wait for another host's.
    func verdict(at time: Double, isAskedToStop: Bool) -> Silence? {
        let near = records.compactMap { $0 }
            .filter { !$0.isDistant && $0.sighting.place.phase != .ending }
        let isFound = near.contains { isSilent($0, at: time, isAskedToStop) }
        let isMoving = near.contains {
            !$0.sighting.place.isWaiting || time - $0.movedAt < limit(of: $0.sighting, isAskedToStop)
        }
        guard isFound || !isMoving && !near.isEmpty else { return nil }
        var silence = Silence(areAllSeen: !records.contains { $0 == nil })
        for (rank, record) in records.enumerated() {
            guard let record, record.sighting.place.phase != .ending else { continue }
            let isRunning = time - record.ranAt < max(1, (time - record.movedAt) / 2)
            let state = Silence.Rank(
                rank: rank, place: record.sighting.place, seconds: time - record.movedAt,
                isRunning: isRunning,
                isDistant: record.isDistant)
            if isSilent(record, at: time, isAskedToStop) {
                silence.silent.append(state)
            } else {
                silence.others.append(state)
            }
        }
        return silence
    }

    private func isSilent(_ record: Record, at time: Double, _ isAskedToStop: Bool) -> Bool {
        let place = record.sighting.place
        return time - record.ranAt >= seconds(record.sighting, isAskedToStop)
            || !place.isWaiting && time - record.movedAt >= limit(of: record.sighting, isAskedToStop)
    }

    private func seconds(_ sighting: Sighting, _ isAskedToStop: Bool) -> Double {
        let own = sighting.milliseconds > 0 ? Double(sighting.milliseconds) / 1000 : .infinity
        return isAskedToStop ? min(own, Self.patienceOfStop) : own
    }

    private func limit(of sighting: Sighting, _ isAskedToStop: Bool) -> Double {
        switch sighting.place.phase {
        case .program, .ending: .infinity
        case .starting, .saving: seconds(sighting, isAskedToStop) * Self.patienceForDisks
        case .joining, .training, .evaluating: seconds(sighting, isAskedToStop)
        }
    }
}

/// A job that stands still.
struct Silence: Equatable {
    struct Rank: Equatable {
        let rank: Int
        let place: Place
        /// For how long it has shown nothing.
        let seconds: Double
        /// Whether its process does anything at all.
        let isRunning: Bool
        /// Whether it is another host's.
        let isDistant: Bool
    }

    /// Those that keep the others from going on; none where nobody seen does.
    var silent: [Rank] = []
    var others: [Rank] = []
    /// Whether no rank of the job is out of sight.
    let areAllSeen: Bool

    /// What happened, in a sentence.
    ///
    /// - Parameter hosts: each rank's, where they are known.
    func text(hosts: [String]) -> String {
        let waiting = others.filter(\.place.isWaiting).map {
            "rank \($0.rank) (step \($0.place.step), for \(Int($0.seconds)) s)"
        }
        if silent.isEmpty {
            let phase = others.first.map { Self.words($0.place.phase) } ?? ""
            return areAllSeen
                ? "all ranks run and wait for each other, \(phase): \(waiting.joined(separator: ", ")); look at the "
                    + "network between their hosts"
                : "all ranks seen from here wait for others, \(phase): \(waiting.joined(separator: ", ")); look at "
                    + "the other hosts and at the network"
        }
        let names = silent.map { rank in
            let host = hosts.indices.contains(rank.rank) ? " on \(hosts[rank.rank])" : ""
            return
                "rank \(rank.rank)\(host) has been silent for \(Int(rank.seconds)) s, at step \(rank.place.step), "
                + Self.words(rank.place.phase)
                + (rank.isRunning
                    ? ""
                    : rank.isDistant
                        ? ": nothing comes from it, its host or network may be down, or its process stopped"
                        : ": its process does not run, it may be stopped or starved")
        }
        return names.joined(separator: "; ")
            + (waiting.isEmpty ? "" : "; waiting for others: " + waiting.joined(separator: ", "))
    }

    private static func words(_ phase: Heartbeat.Phase) -> String {
        switch phase {
        case .program: "in the program's own code"
        case .joining: "while the ranks join"
        case .starting: "while starting"
        case .training: "while training"
        case .evaluating: "while evaluating"
        case .saving: "while saving"
        case .ending: "at the end"
        }
    }
}
