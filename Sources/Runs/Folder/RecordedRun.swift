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
    }

    /// The settings of the run as one of its checkpoints has them.
    func configuration(at checkpoint: Checkpoint) throws -> Configuration {
        let catalog = configuration.catalog
        return try Self.configuration(
            checkpoint.settingsLayer(catalog), data: configuration.data, catalog)
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
