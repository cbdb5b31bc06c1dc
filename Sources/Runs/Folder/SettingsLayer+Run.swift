import Formats
import Training

extension SettingsLayer {
    /// The settings of a run, and its data where it knows them.
    ///
    /// - Parameter path: the run's folder, one of its files, another checkpoint, or a `config.json`.
    /// - Throws: `FileError` if that is none of these.
    public init(ofRun path: String, _ catalog: Catalog) throws {
        let folder = Files.isDirectory(path) ? RunFolder(path: path) : RunFolder(ofFile: path)
        let isRun = Files.exists(folder.config)
        if isRun || path.hasSuffix(".json") {
            try self.init(configFile: isRun ? folder.config : path, settings: catalog.settings)
        } else if Files.isDirectory(path) {
            throw FileError(
                .missing, path, "expected a run's folder, found no config.json in it",
                advice: "name the folder of a run (--run-dir), or one of its files")
        } else {
            self = try Checkpoint(path: path).settingsLayer(catalog)
        }
        if isRun, let data = folder.data(catalog),
            let setting = catalog.settings.first(where: { $0.key == "data" })
        {
            try set(setting, to: .string(data), from: folder.environment)
        }
    }
}
