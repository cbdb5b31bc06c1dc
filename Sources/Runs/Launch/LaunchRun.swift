import Formats
import Training

/// The verb `launch`: `train` under mpirun, started again after faults.
public struct LaunchRun {
    private let job: LaunchJob
    private let environment: [String: String]

    /// - Parameters:
    ///   - program: what the program is called.
    ///   - arguments: what follows `train`.
    ///   - resolve: what these amount to.
    ///   - commandLine: the launcher's own, with the program's name first.
    /// - Throws: `UsageError` where no run folder is named, or what `resolve` throws.
    public init(
        _ catalog: Catalog, _ settings: LaunchSettings, program: String, arguments: [String],
        commandLine: [String], environment: [String: String], resolve: TrainingRun.Resolve
    ) throws {
        let asked = try Configuration(catalog, layersAboveCheckpoint: resolve(SettingsLayer()))
        guard let folder = asked.runDir else {
            throw UsageError("launch needs a run folder to go on in after a fault: -- train --run-dir DIR")
        }
        if settings.isElastic, settings.hostfile == nil {
            throw UsageError("--elastic needs --hostfile FILE: its hosts are looked for while the job runs")
        }
        if let ranks = settings.ranks, ranks < settings.minRanks {
            throw UsageError("--min-np \(settings.minRanks) is more than -np \(ranks)")
        }
        var resumesFile = false
        if case .file = asked.resume { resumesFile = true }
        job = LaunchJob(
            settings: settings, folder: RunFolder(path: folder),
            shards: TrainingRun.shards(catalog, resolve), program: program,
            executable: Files.resolved("/proc/self/exe") ?? commandLine[0], arguments: arguments,
            resumesFile: resumesFile, maxTime: asked.maxTime, isQuiet: asked.quiet,
            commandLine: commandLine.map(shellQuoted).joined(separator: " "))
        self.environment = environment
    }

    /// Keeps signals that ask for a stop until the job is there to be asked: the first thing that a launcher does.
    public static func holdSignals() { _ = SignalInbox() }

    /// Runs the job to its end.
    ///
    /// - Returns: the status to end with: 0 where the run folder says that the run is done, 75 where it can be gone on with.
    /// - Throws: `FileError` for the hostfile, or where there is no mpirun.
    public func run() throws -> ExitStatus { try Supervisor(job, environment: environment).run() }
}
