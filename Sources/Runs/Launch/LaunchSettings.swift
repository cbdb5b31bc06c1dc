/// What `launch` is asked for.
public struct LaunchSettings: Equatable, Sendable {
    public enum Binding: String, CaseIterable, Sendable { case auto, core, none }

    /// The most ranks; nil for one per slot or core, as far as there are shards.
    public var ranks: Int?
    public var hostfile: String?
    /// Restarts after faults, in all.
    public var maxRestarts = 20
    /// The fewest ranks to go on with.
    public var minRanks = 1
    /// Whether a job takes hosts that come back while it runs.
    public var isElastic = false
    /// An interface or subnet for all traffic; nil for what Open MPI chooses.
    public var network: String?
    public var binding = Binding.auto
    /// Whether to print the command and start nothing.
    public var dryRun = false

    public init() {}
}

extension LaunchSettings.Binding: SettingValue {}
