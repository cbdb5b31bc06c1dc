import Formats
import Training

extension Configuration {
    /// What checkpoints keep of the settings.
    var checkpointText: String { JSON.object(trajectoryJSON).text }
}

extension Checkpoint {
    /// The settings of its run.
    ///
    /// - Throws: `FileError.malformed` if this program knows them otherwise.
    func settingsLayer(_ catalog: Catalog) throws(FileError) -> SettingsLayer {
        do {
            var layer = try SettingsLayer(
                JSON(parsing: Array(settings.utf8)), from: "its configuration", settings: catalog.settings)
            layer.isRecord = true
            return layer
        } catch {
            throw FileError(
                .malformed, file.path, "\(error)",
                advice: "read it with the version of the program that wrote it")
        }
    }
}

extension Checkpoint {
    /// The run it is of, with the settings it has there; where it does not tell, a run that began with them.
    func run(_ stored: Configuration) -> RunIdentity {
        let told = RunIdentity(dataDigest: dataDigest, settings: stored.identitySettings)
        return runID.map { RunIdentity(id: $0, dataDigest: dataDigest, settings: told.settings) } ?? told
    }
}
