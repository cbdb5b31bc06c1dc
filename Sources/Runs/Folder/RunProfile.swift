import Formats
import Training

/// What a run's folder, display and events tell of it, besides what its job knows.
struct RunProfile {
    /// The network's, for people.
    let name: String
    let folder: RunFolder
    /// What `config.json` and checkpoints keep of the settings.
    let settings: JSONObject
    /// Those of them that make the run itself, its data aside.
    let identitySettings: JSONObject
    /// Which run it is, once that is settled.
    var runID = ""
    /// What it goes on from, on rank 0.
    var resumption: Resumption?
    /// What `model.safetensors` says of the network, besides its samples and the arithmetic.
    let modelMetadata: [String: String]
    /// Where the samples come from, in words or as a path.
    let data: String
    var keepLast = 3
    /// Whether the best checkpoint is kept besides those.
    var keepBest = false
    var checkpointErrors = CheckpointErrors.stop
    /// What gets checkpoints besides the folder.
    var sinks: [any CheckpointSink] = []
    /// Whether nothing but warnings and errors is told.
    var isQuiet = false
    /// Whether stdout gets events, not a result for people.
    var printsEvents = false
}

extension Configuration {
    var profile: RunProfile {
        var metadata = ["model": model.name]
        for own in model.architecture {
            let value = self.own[own.setting.key] ?? own.usual
            metadata[own.setting.key] = value.stringValue ?? value.text
        }
        return RunProfile(
            name: model.name, folder: RunFolder(path: runDir ?? ""), settings: trajectoryJSON,
            identitySettings: identitySettings, modelMetadata: metadata,
            data: dataSet == nil ? Files.resolved(data) ?? data : data,
            keepLast: keepLast, keepBest: keepBest, checkpointErrors: checkpointErrors, isQuiet: quiet,
            printsEvents: json)
    }
}
