import Formats
import Optim
import Training

extension Fit {
    static func warn(_ text: String) { StandardError.tell("warning: \(text)") }

    /// What the run begins from, on rank 0.
    func findStart() throws -> RunStart {
        if resume == .auto, runFolder == nil {
            throw UsageError("resume = .auto needs a runFolder, the run to go on with")
        }
        let start = try RunStart(
            resume, in: runFolder.map(RunFolder.init(path:)), holding: runFolder != nil, clock: .system,
            warn: Self.warn)
        guard let checkpoint = start.checkpoint else { return start }
        if let runFolder, let folder = RunFolder(holding: checkpoint.file.path),
            folder.isSameFolder(as: RunFolder(path: runFolder))
        {
            try folder.requireOwn(checkpoint, of: run(checkpoint))
        }
        try checkpoint.requireArithmetic()
        let stored = stored(checkpoint)
        let own: [(String, JSON)] = [
            ("global_batch", .integer(globalBatch)), ("shards", .integer(shards)), ("seed", seedJSON),
        ]
        for (key, value) in own {
            guard let other = stored[key], other != value else { continue }
            throw UsageError(
                "\(checkpoint.file.path): cannot resume: \(key) is \(value.text) here but \(other.text) in the "
                    + "checkpoint",
                hint: "Set it as it was, or start a new run in another folder without resuming.")
        }
        return start
    }

    /// The epochs that schedules are spread over where the run goes on from a checkpoint; nil for all.
    ///
    /// - Throws: `UsageError` where a schedule would take another course than before, and nobody has said so.
    func scheduleEpochs(after checkpoint: Checkpoint?) throws(UsageError) -> Int? {
        guard let checkpoint, let epochsBefore = stored(checkpoint)["epochs"]?.intValue, readsLength else {
            return scheduleEpochs
        }
        let before = RunLength(
            epochs: epochsBefore, scheduleEpochs: stored(checkpoint)["schedule_epochs"]?.intValue)
        let asked = RunLength(epochs: epochs, scheduleEpochs: scheduleEpochs ?? before.scheduleEpochs)
        guard let settled = asked.following(before, by: extend) else {
            throw UsageError(
                "epochs: the run's schedule is spread over \(before.spread) epochs, and with \(epochs) the learning "
                    + "rate would take another course",
                hint:
                    "Set extend = .hold to go on with its last rate, or .stretch to spread it over all epochs."
            )
        }
        return settled.scheduleEpochs
    }

    /// What the run goes on from, and what has changed since.
    func resumption(_ checkpoint: Checkpoint, to settings: JSONObject) -> Resumption {
        let stored = stored(checkpoint)
        let changes = settings.members.compactMap { member -> SettingChange? in
            guard let before = stored[member.key], before != member.value else { return nil }
            return SettingChange(member.key, from: before, to: member.value)
        }
        return Resumption(checkpoint: checkpoint, run: run(checkpoint), changes: changes, notes: [])
    }

    /// What `config.json` and checkpoints keep.
    func settings(_ job: TrainingJob) -> JSONObject {
        let layout = job.replica.layout.entries.map { "\($0.name) \($0.shape)" }
        let traits = job.optimizers.flatMap(\.traits).map { "\($0)" }
        let rates = job.objectives.flatMap { $0.schedule.rates(overFirst: 200_000, of: 100_000) }.map {
            "\($0)"
        }
        func told(_ name: String, _ traits: [String]) -> JSON {
            .string("\(name) \(SHA256.hex(of: Array(traits.joined(separator: "\n").utf8)).prefix(12))")
        }
        func types(_ values: [Any]) -> String { values.map { "\(type(of: $0))" }.joined(separator: " and ") }
        return JSONObject([
            ("model", told(name, layout)),
            ("optimizer", told(types(job.objectives.map(\.optimizer)), traits)),
            ("schedule", told(types(job.objectives.map(\.schedule)), rates)),
            ("global_batch", .integer(globalBatch)), ("shards", .integer(shards)),
            ("epochs", .integer(epochs)),
            ("schedule_epochs", job.plan.scheduleEpochs.map { .integer($0) } ?? .null),
            ("max_steps", maxSteps.map { .integer($0) } ?? .null), ("seed", seedJSON),
            ("clip_norm", clipNorm.map { .number($0) } ?? .null), ("on_nan", .string(onNaN.rawValue)),
            ("spike_factor", spikeFactor.map { .number($0) } ?? .null),
        ])
    }

    /// Those of them that make the run itself.
    func identitySettings(_ settings: JSONObject) -> JSONObject {
        var identity = settings
        for key in ["epochs", "schedule_epochs", "max_steps"] { identity[key] = nil }
        if readsLength {
            let all = settings["epochs"] ?? .null
            identity["schedule_epochs"] = settings["schedule_epochs"].flatMap { $0.isNull ? nil : $0 } ?? all
        }
        return identity
    }

    /// What it is called: its network, or its objectives.
    var name: String {
        model.map { "\(type(of: $0))" } ?? (objectives ?? []).map(\.name).joined(separator: " and ")
    }

    private var seedJSON: JSON { .integer(Int(truncatingIfNeeded: seed)) }

    private var readsLength: Bool {
        (objectives?.map(\.schedule) ?? [schedule]).contains(where: \.readsLength)
    }

    private func stored(_ checkpoint: Checkpoint) -> JSONObject {
        (try? JSON(parsing: Array(checkpoint.settings.utf8)))?.objectValue ?? JSONObject()
    }

    private func run(_ checkpoint: Checkpoint) -> RunIdentity {
        let told = RunIdentity(
            dataDigest: checkpoint.dataDigest, settings: identitySettings(stored(checkpoint)))
        return checkpoint.runID.map {
            RunIdentity(id: $0, dataDigest: told.dataDigest, settings: told.settings)
        } ?? told
    }
}
