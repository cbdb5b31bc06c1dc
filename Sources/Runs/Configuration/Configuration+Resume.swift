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
