import Formats
import Training

/// What a run's folder says of the run: its settings, the hashes it recorded, its checkpoints.
struct RecordedRun {
    /// A state that an evaluation recorded.
    struct Mark: Equatable {
        let step: Int
        let hash: String
    }

    let folder: RunFolder
    let configuration: Configuration
    /// In the order of their steps.
    let marks: [Mark]
    /// Settings that were changed when it was resumed.
    private let changes: [(step: Int, change: SettingChange)]

    /// - Parameter data: where the data are now; nil for where the run says they are.
    /// - Throws: `FileError` if the path is no run folder, or a line of its metrics is none.
    init(_ path: String, data: String?, _ catalog: Catalog) throws {
        folder = RunFolder(path: path)
        guard Files.exists(folder.config) else {
            throw FileError(
                .missing, path, "expected a run's folder, found no config.json in it",
                advice: "name the folder of a run (--run-dir)")
        }
        configuration = try Self.configuration(SettingsLayer(ofRun: path, catalog), data: data, catalog)
        marks = try Self.marks(in: folder)
        changes = try folder.changes
    }

    /// The settings that the step taken after `step` others went by.
    func configuration(at step: Int) throws -> Configuration {
        let catalog = configuration.catalog
        var layer = try SettingsLayer(
            .object(configuration.fullJSON), from: folder.config, settings: catalog.settings)
        layer.isRecord = true  // a schedule that is taken back leaves settings that only it reads
        for setting in catalog.settings {
            let own = changes.filter { $0.change.key == setting.key }
            guard let value = own.last(where: { $0.step <= step })?.change.to ?? own.first?.change.from else {
                continue
            }
            if value.isNull && setting.unset == nil {
                _ = layer.remove(setting.key)
            } else {
                try layer.set(setting, to: value, from: folder.history)
            }
        }
        return try Configuration(catalog, layers: [layer])
    }

    /// Makes sure that the steps from one to another went by the same settings.
    ///
    /// - Throws: `UsageError` if some that steps depend on were changed between.
    func requireOneCourse(from start: Int, to end: Int) throws(UsageError) {
        let settings = configuration.catalog.settings
        let between = changes.first { step, change in
            start < step && step < end
                && (["epochs", "schedule_epochs"].contains(change.key)
                    || settings.contains { $0.key == change.key && $0.shapesTrajectory })
        }
        guard let (step, change) = between else { return }
        throw UsageError(
            "the run was resumed with other settings at step \(step) (\(change.words)): steps \(start) to \(end) are not "
                + "of one course",
            hint:
                "Choose a stretch that ends there, or one that begins at a checkpoint of that step or later.")
    }

    private static func configuration(
        _ layer: SettingsLayer, data: String?, _ catalog: Catalog
    ) throws -> Configuration {
        var layer = layer
        if let data, let setting = catalog.settings.first(where: { $0.key == "data" }) {
            try layer.set(setting, to: .string(data), from: "--data")
        }
        return try Configuration(catalog, layers: [layer])
    }

    /// The states that a folder's metrics tell of.
    static func marks(in folder: RunFolder) throws -> [Mark] {
        let lines = try Files.read(folder.metrics).split(separator: UInt8(ascii: "\n"))
        return try lines.enumerated().compactMap { number, line in
            guard let json = try? JSON(parsing: Array(line)) else {
                throw FileError(
                    .malformed, folder.metrics, "line \(number + 1) is no JSON",
                    advice: "go on with the run (--resume auto): its checkpoints know how long the file was")
            }
            guard let hash = json["state_sha256"]?.stringValue, let step = json["step"]?.intValue else {
                return nil
            }
            return Mark(step: step, hash: hash)
        }
    }
}
