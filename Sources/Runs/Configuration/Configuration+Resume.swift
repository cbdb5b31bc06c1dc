import Formats

extension Configuration {
    /// A setting that a resumed run may not change, and was asked to.
    public struct ResumeConflict: Equatable, Sendable {
        public let setting: String
        /// Values here and in the checkpoint, as a user writes them.
        public let value, checkpointValue: String
    }

    /// The settings fixed for the life of a run whose values differ from the checkpoint's.
    public func conflicts(with checkpoint: Configuration) -> [ResumeConflict] {
        catalog.fields.filter { field in
            field.setting.scope == .fixedOnResume && field.isRead(self) && field.isRead(checkpoint)
                && field.get(self) != field.get(checkpoint)
        }.map {
            ResumeConflict(
                setting: $0.setting.flag, value: $0.get(self).text, checkpointValue: $0.get(checkpoint).text)
        }
    }

    /// Makes sure that going on from a checkpoint continues its run.
    ///
    /// - Throws: `UsageError` that names each conflicting setting and both values.
    public func requireResumable(from checkpoint: Configuration, at path: String) throws(UsageError) {
        let conflicts = conflicts(with: checkpoint)
        guard !conflicts.isEmpty else { return }
        let list = conflicts.map {
            "\($0.setting) is \($0.value) here but \($0.checkpointValue) in the checkpoint"
        }
        throw UsageError(
            "\(path): cannot resume: " + list.joined(separator: "; "),
            hint: "Leave out \(conflicts.map(\.setting).joined(separator: ", ")) to go on with the values of "
                + "the checkpoint, or start a new run in another --run-dir without --resume.")
    }
}

extension Configuration {
    var length: RunLength { RunLength(epochs: epochs ?? model.tuned.epochs, scheduleEpochs: scheduleEpochs) }

    /// Whether the learning rate depends on the epochs that the schedule is spread over.
    var scheduleReadsLength: Bool {
        let (short, long) = (100_000 + warmupSteps, 200_000 + 2 * warmupSteps)
        guard let spread = try? makeSchedule(totalSteps: short),
            let wider = try? makeSchedule(totalSteps: long)
        else { return true }
        return spread.rates(overFirst: long, of: short) != wider.rates(overFirst: long, of: long)
    }

    /// What makes a run itself, besides its data: the settings that its steps depend on, and the epochs that the schedule is
    /// spread over where it reads them.
    var identitySettings: JSONObject {
        var settings = JSONObject(
            catalog.fields.filter { $0.setting.shapesTrajectory && $0.isRead(self) }
                .map { ($0.setting.key, $0.get(self)) })
        if scheduleReadsLength { settings["schedule_epochs"] = .integer(length.spread) }
        return settings
    }

    /// Settles what becomes of the schedule where the run is to go on longer than before.
    ///
    /// - Throws: `UsageError` where it would become another one, and nobody has said so.
    mutating func settleSchedule(after before: Configuration) throws(UsageError) {
        guard scheduleReadsLength && before.scheduleReadsLength else { return }
        guard let settled = length.following(before.length, by: extend) else {
            throw UsageError(
                "--epochs: the run's schedule, \(schedule), is spread over \(before.length.spread) epochs, and with "
                    + "\(length.epochs) the learning rate would take another course",
                hint:
                    "Add --extend hold to go on with its last rate, or --extend stretch to spread it over all "
                    + "\(length.epochs) epochs.")
        }
        scheduleEpochs = settled.scheduleEpochs
    }

    /// The settings that `config.json` records and that have other values than in the checkpoint.
    func changes(since before: Configuration) -> [SettingChange] {
        catalog.fields.filter(\.setting.isReproducible).compactMap { field in
            let (from, to) = (
                field.isRead(before) ? field.get(before) : .null, field.isRead(self) ? field.get(self) : .null
            )
            return from == to
                ? nil : SettingChange(field.setting.key, from: from, to: to, unset: field.setting.unset)
        }
    }

    /// What changes of the settings do to the learning rate, for people.
    ///
    /// - Parameter step: where the run goes on.
    func rateNotes(since before: Configuration, at step: Int, stepsPerEpoch: Int) throws -> [String] {
        let (last, old) = (
            try before.rate(at: Int.max, stepsPerEpoch), try before.rate(at: step, stepsPerEpoch)
        )
        let new = try rate(at: step, stepsPerEpoch)
        let course = scheduleReadsLength ? length.notes(after: before.length, lastRate: last) : []
        return course
            + (new == old
                ? []
                : [
                    "the learning rate of step \(step + 1) is \(new); before the changes it would have been \(old)"
                ])
    }

    private func rate(at step: Int, _ stepsPerEpoch: Int) throws -> Double {
        let total = length.spread * stepsPerEpoch
        return try makeSchedule(totalSteps: total).rate(at: min(step, total - 1), of: total)
    }
}
