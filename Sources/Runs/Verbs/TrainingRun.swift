import Collectives
import Determinism
import Formats
import Training

/// The verb `train`, from settings to a published model.
public struct TrainingRun {
    /// Puts a checkpoint's settings among the user's, lowest first; called on rank 0, whose view every rank takes.
    public typealias Resolve = (_ checkpoint: SettingsLayer) throws -> [SettingsLayer]

    private let catalog: Catalog
    private let world: any Communicator
    private let console: Console
    private let clock: Clock
    private let requests: () -> Requests

    /// - Parameter requests: called when training starts.
    public init(
        _ catalog: Catalog, world: any Communicator, console: Console, clock: Clock = .system,
        requests: @escaping () -> Requests = Requests.bySignal
    ) {
        self.catalog = catalog
        self.world = world
        self.console = console
        self.clock = clock
        self.requests = requests
    }

    /// - Throws: an error whose `ExitStatus(of:)` the process ends with; every rank throws.
    public func run(_ resolve: Resolve) throws {
        world.heartbeat.enter(.starting)
        defer { world.heartbeat.enter(.ending) }
        try world.watchEachOther()
        var start = RunStart()
        var stored: Configuration?
        let settings = try world.fromRankZero {
            var configuration: Configuration
            (configuration, start) = try Self.settle(catalog, resolve, clock: clock, warn: console.warn)
            let checkpoint = start.checkpoint
            try checkpoint?.requireArithmetic()
            if let checkpoint {
                let before = try Configuration(catalog, layers: [checkpoint.settingsLayer(catalog)])
                try configuration.requireResumable(from: before, at: checkpoint.file.path)
                try configuration.settleSchedule(after: before)
                stored = before
            }
            if configuration.runDir == nil { configuration.runDir = runFolder(configuration, checkpoint) }
            return Array(JSON.object(configuration.fullJSON).text.utf8)
        }
        let layer = try SettingsLayer(
            JSON(parsing: settings), from: "rank 0's settings", settings: catalog.settings)
        var configuration = try Configuration(catalog, layers: [layer])
        GoingOn.with(
            GoingOn.words(console.arguments, runDir: configuration.runDir ?? ""), in: world.description)
        let job = try TrainingJob(configuration, world: world, checkpoint: start.checkpoint)
        configuration.epochs = job.plan.epochs
        if configuration.dryRun {
            let outline = TrainingOutline(job: job, configuration: configuration)
            if world.rank == 0 { console.output(configuration.json ? outline.line : outline.text) }
            return
        }
        var profile = configuration.profile
        profile.sinks = try world.agree { world.rank == 0 ? try configuration.makeSinks() : [] }
        profile.resumption = try world.agree {
            guard let checkpoint = start.checkpoint, let stored else { return nil }
            return Resumption(
                checkpoint: checkpoint, run: checkpoint.run(stored),
                changes: configuration.changes(since: stored),
                notes: try configuration.rateNotes(
                    since: stored, at: checkpoint.step, stepsPerEpoch: job.batches.stepsPerEpoch))
        }
        let session = RunSession(
            profile: profile, clock: clock, arguments: console.arguments, warn: console.warn)
        let recorder = try session.makeRecorder(
            job, from: start, resumes: configuration.resume == .auto,
            display: { console.makeDisplay(configuration) }, output: console.output)
        let faulty = try configuration.addingFaults(to: recorder, in: world, warn: console.warn)
        let trainer = try Trainer(job, recorder: faulty, requests: requests())
        do {
            try trainer.run()
        } catch TrainingError.stopped(let step, let total) {
            var stop = RequestedStop(
                step: step, totalSteps: total, command: commandToGoOn(with: configuration),
                isQuiet: configuration.quiet)
            if world.rank == 0 {
                let limit = "--max-time \(configuration.maxTime ?? 0)"
                stop.remark = RequestedStop.remark(trainer, newest: faulty.newestStep(), limit: limit)
            }
            throw stop
        }
    }

    /// The rest is in the checkpoint.
    private func commandToGoOn(with configuration: Configuration) -> String {
        RequestedStop.command(
            console.arguments.prefix(1) + ["--run-dir", configuration.runDir ?? "", "--resume", "auto"],
            in: world.description)
    }

    /// The shards of a run, or nil where its settings are not sound, which `run` will tell.
    public static func shards(_ catalog: Catalog, _ resolve: Resolve) -> Int? {
        (try? settle(catalog, resolve, holding: false, warn: { _ in }))?.configuration.shards
    }

    /// What a run is asked to be, and what it begins from.
    ///
    /// - Parameter holding: whether it takes hold of the folder it goes on in.
    private static func settle(
        _ catalog: Catalog, _ resolve: Resolve, holding: Bool = true, clock: Clock = .system,
        warn: (String) -> Void
    ) throws -> (configuration: Configuration, RunStart) {
        let asked = try Configuration(catalog, layersAboveCheckpoint: resolve(SettingsLayer()))
        if asked.resume == .auto, asked.runDir == nil {
            throw UsageError("--resume auto: needs --run-dir, the run to go on with")
        }
        let start = try RunStart(
            asked.resume, in: asked.runDir.map(RunFolder.init(path:)), holding: holding && !asked.dryRun,
            clock: clock, warn: warn)
        let checkpoint = start.checkpoint
        if let checkpoint, let folder = RunFolder(holding: checkpoint.file.path),
            asked.runDir.map({ folder.isSameFolder(as: RunFolder(path: $0)) }) ?? true
        {
            let stored = try Configuration(catalog, layers: [checkpoint.settingsLayer(catalog)])
            try folder.requireOwn(checkpoint, of: checkpoint.run(stored))
        }
        var known = try checkpoint?.settingsLayer(catalog) ?? SettingsLayer()
        let run =
            checkpoint.flatMap { RunFolder(holding: $0.file.path) } ?? asked.runDir.map(RunFolder.init(path:))
        if asked.resume != nil, let run, let data = run.data(catalog),
            let setting = catalog.settings.first(where: { $0.key == "data" })
        {
            try known.set(setting, to: .string(data), from: run.environment)
        }
        return (try Configuration(catalog, layers: resolve(known)), start)
    }

    /// Where a run without `--run-dir` goes: a checkpoint's own folder, else a new one named by the time.
    private func runFolder(_ configuration: Configuration, _ checkpoint: Checkpoint?) -> String {
        if let folder = checkpoint.flatMap({ RunFolder(holding: $0.file.path) }) { return folder.path }
        let time = clock.utc().filter { $0.isNumber || $0 == "T" || $0 == "Z" }
        return "runs/\(configuration.model)-\(time)"
    }
}

/// What a run prints to and was called with; rank 0 alone uses it.
public struct Console {
    public let arguments: [String]
    /// Takes a text for stdout.
    public let output: (String) -> Void
    /// Takes a line for stderr.
    public let warn: (String) -> Void
    public let makeDisplay: (Configuration) -> any ProgressReporter

    public init(
        arguments: [String], output: @escaping (String) -> Void, warn: @escaping (String) -> Void,
        makeDisplay: @escaping (Configuration) -> any ProgressReporter
    ) {
        self.arguments = arguments
        self.output = output
        self.warn = warn
        self.makeDisplay = makeDisplay
    }
}
