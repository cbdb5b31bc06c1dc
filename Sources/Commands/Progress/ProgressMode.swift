import Runs

/// How progress is shown.
enum ProgressMode: String, Sendable {
    /// One line of a terminal, redrawn in place.
    case bar
    /// A line of `key=value` pairs now and then, for files and for `mpirun`.
    case plain
    case none

    /// Decides between `--quiet`, `--progress`, `$TRAINER_PROGRESS` and what stderr is, in this order.
    ///
    /// In a rank `isTerminal` says nothing (mpirun connects ranks with pipes and pseudo terminals whatever
    /// the user redirects), so a rank draws a bar only where it is told to.
    init(
        _ requested: Configuration.Progress, quiet: Bool, environment: [String: String], isTerminal: Bool
    ) {
        let isRank = ["OMPI_COMM_WORLD_RANK", "PMIX_RANK", "PMI_RANK"].contains { environment[$0] != nil }
        let isDumb = ["", "dumb"].contains(environment["TERM"] ?? "")
        let isCI = !["", "false"].contains(environment["CI"] ?? "")
        self =
            switch requested {
            case _ where quiet: .none
            case .bar: .bar
            case .plain: .plain
            case .none: .none
            case .auto:
                environment["TRAINER_PROGRESS"].flatMap(ProgressMode.init(rawValue:))
                    ?? (isTerminal && !isRank && !isDumb && !isCI ? .bar : .plain)
            }
    }
}
