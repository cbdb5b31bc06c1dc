import Collectives
import Formats
import Training

/// The verb `verify`: whether a run's files are what its training made, and whether training makes it again.
public struct VerificationRun {
    private let catalog: Catalog
    private let world: any Communicator

    public init(_ catalog: Catalog, world: any Communicator) {
        self.catalog = catalog
        self.world = world
    }

    /// The shards of a run, which are the most ranks it can be computed on; nil where the folder does not say.
    public static func shards(_ catalog: Catalog, of path: String) -> Int? {
        (try? RecordedRun(path, data: nil, catalog))?.configuration.shards
    }

    /// Checks every seal and recorded hash, and computes a stretch of the run again, on as many ranks as there are.
    ///
    /// - Parameters:
    ///   - path: the run's folder.
    ///   - data: where its data are now; nil for where the run says they are.
    ///   - from: the step to start at: 0, or a kept checkpoint's. By default the newest checkpoint's that a recorded
    ///     evaluation comes after, else 0.
    ///   - to: the step of a recorded evaluation. By default the next one.
    /// - Returns: what was found; of the files on rank 0 alone.
    /// - Throws: `AgreedFailure` if the folder is no run's, there is no such stretch, or the data are not those of the run.
    public func run(
        _ path: String, data: String? = nil, from: Int? = nil, to: Int? = nil
    ) throws -> Verification {
        var verification = Verification()
        var checkpoint: Checkpoint?
        let stretch = try world.fromRankZero {
            let record = try RecordedRun(path, data: data, catalog)
            let sound = try look(at: record, &verification)
            guard let (start, mark) = try chosen(from, to, of: record, among: sound) else { return [] }
            checkpoint = start
            try record.requireOneCourse(from: start?.step ?? 0, to: mark.step)
            let settings = try record.configuration(at: start?.step ?? 0)
            let plan: JSON = [
                "settings": .object(settings.fullJSON), "to": .integer(mark.step), "hash": .string(mark.hash),
            ]
            return Array(plan.text.utf8)
        }
        if stretch.isEmpty {
            verification.note("recomputed", "nothing: no evaluation is recorded yet")
            return verification
        }
        let plan = try JSON(parsing: stretch)
        let layer = try SettingsLayer(
            plan["settings"] ?? .null, from: "rank 0's settings", settings: catalog.settings)
        let job = try TrainingJob(
            Configuration(catalog, layers: [layer]), world: world, checkpoint: checkpoint)
        let trainer = try Trainer(job, recorder: Worker(), requests: .none)
        let (start, end) = (job.state.step, plan["to"]?.intValue ?? 0)
        let computed = try trainer.advance(to: end).hexadecimal
        verification.note(
            Verification.Stretch(
                from: start, to: end, ranks: world.size, recorded: plan["hash"]?.stringValue ?? "",
                computed: computed))
        return verification
    }

    /// Looks at the files; the checkpoints that are whole.
    private func look(at record: RecordedRun, _ verification: inout Verification) throws -> [Checkpoint] {
        let job = try TrainingJob(record.configuration, world: LocalCommunicator(), checkpoint: nil)
        if let certificate = try Certificate.findings(in: record.folder) {
            verification.note("certificate", certificate.words, isSound: certificate.isSound)
        }
        let store = record.folder.checkpoints
        var sound: [Checkpoint] = []
        for step in try store.steps().reversed() {
            let name = "checkpoint of step \(step)"
            do {
                let checkpoint = try Checkpoint(path: store.path(step: step))
                let hash = try job.digest(of: checkpoint).hexadecimal
                let recorded = record.marks.last { $0.step == step }?.hash
                let isSame = recorded == nil || recorded == hash
                let words =
                    recorded == nil
                    ? "sealed; no evaluation recorded this step"
                    : isSame
                        ? "sealed, and of the hash that was recorded"
                        : "its state is \(hash.prefix(12))…, but \(recorded?.prefix(12) ?? "")… was recorded"
                verification.note(name, words, isSound: isSame)
                if isSame { sound.append(checkpoint) }
            } catch {
                verification.note(name, "\(error)", isSound: false)
            }
        }
        try lookAtModel(of: record, sound.last, &verification)
        return sound
    }

    /// The trained model is the last state, bit for bit.
    private func lookAtModel(
        of record: RecordedRun, _ last: Checkpoint?, _ verification: inout Verification
    ) throws {
        let path = record.folder.model
        guard Files.exists(path) else {
            return verification.note("model", "none yet: the run is not through")
        }
        do {
            let model = try ModelFile.load(path, catalog)
            guard let last else {
                return verification.note("model", "read; there is no checkpoint to compare it with")
            }
            let trained = try ModelFile.load(last.file.path, catalog)
            let isSame = model.replica.parameters.values == trained.replica.parameters.values
            verification.note(
                "model",
                isSame
                    ? "that of step \(last.step), bit for bit"
                    : "not the parameters of the checkpoint of step \(last.step)", isSound: isSame)
        } catch {
            verification.note("model", "\(error)", isSound: false)
        }
    }

    private func chosen(
        _ from: Int?, _ to: Int?, of record: RecordedRun, among sound: [Checkpoint]
    ) throws(UsageError) -> (Checkpoint?, RecordedRun.Mark)? {
        let last = record.marks.last?.step ?? 0
        let start = from ?? sound.last { $0.step < last }?.step ?? 0
        let checkpoint = sound.first { $0.step == start }
        guard start == 0 || checkpoint != nil else {
            throw UsageError(
                "--from \(start): no sound checkpoint of that step is kept",
                hint: "There are " + ([0] + sound.map(\.step)).map { "\($0)" }.joined(separator: ", ") + ".")
        }
        let marks = record.marks.filter { $0.step > start }
        guard let to else { return marks.first.map { (checkpoint, $0) } }
        guard let mark = marks.first(where: { $0.step == to }) else {
            throw UsageError(
                "--to \(to): no evaluation of that step is recorded",
                hint: "There are " + marks.map { "\($0.step)" }.joined(separator: ", ") + ".")
        }
        return (checkpoint, mark)
    }
}
