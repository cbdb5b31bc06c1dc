import Determinism
import Formats
import NN
import TensorEngine
import Training

/// `model.safetensors`: the trained parameters under PyTorch's names, and what it takes to build their network.
enum ModelFile {
    /// The file's bytes; they depend on the parameters, the network and the arithmetic alone.
    static func encode(_ state: TrainingState, configuration: Configuration) -> [UInt8] {
        var metadata = [
            "model": configuration.model.rawValue, "hidden_size": "\(configuration.hiddenSize)",
            "arithmetic": "\(arithmeticVersion)",
        ]
        if configuration.model == .digitReader { metadata["digits"] = "\(configuration.digits)" }
        return SafeTensors.encode(
            state.layout.entries.map { entry in
                (entry.name, entry.shape, .float32(Array(state.parameters.buffer[entry.range])))
            },
            metadata: metadata)
    }

    /// Builds the network of a model file, or of a checkpoint, with its parameters: weights are weights, whatever the
    /// arithmetic that trained them.
    ///
    /// - Throws: `FileError` if the file is no model of ours.
    static func load(_ path: String) throws -> (replica: Replica, configuration: Configuration) {
        let file = try SafeTensorsFile(path: path)
        let isCheckpoint = file.metadata["lockstep_checkpoint"] != nil
        var configuration = Configuration()
        if isCheckpoint {
            configuration = try Configuration(layers: [Checkpoint(path: path).settingsLayer])
        } else {
            guard let model = file.metadata["model"].flatMap(ModelKind.init(rawValue:)),
                let hidden = file.metadata["hidden_size"].flatMap({ Int($0) }), (1...65_536).contains(hidden)
            else {
                throw FileError(
                    .malformed, path,
                    "expected 'model' and 'hidden_size' in the metadata, found \(file.metadata)",
                    advice: "name a model.safetensors or a checkpoint that this program wrote")
            }
            configuration.model = model
            configuration.hiddenSize = hidden
            if let digits = file.metadata["digits"].flatMap({ Int($0) }) { configuration.digits = digits }
        }
        let replica = Replica(configuration.makeModel())
        let prefix = isCheckpoint ? "model." : ""
        let tensors = replica.layout.entries.map { entry in
            (
                name: prefix + entry.name, shape: entry.shape,
                values: UnsafeMutableBufferPointer(rebasing: replica.parameters.buffer[entry.range])
            )
        }
        try file.copy(tensors, allowingOthers: isCheckpoint)
        return (replica, configuration)
    }
}
