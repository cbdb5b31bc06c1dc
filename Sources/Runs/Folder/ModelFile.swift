import Datasets
import Determinism
import Formats
import NN
import Samples
import TensorEngine
import Training

/// A trained model: the network with its parameters, the settings that say which it is, and what its samples look like.
struct TrainedModel {
    let path: String
    let replica: Replica
    let configuration: Configuration
    let sample: SampleShape

    /// - Throws: `FileError.malformed`, with both shapes, unless the network was made for such samples.
    func require(_ shape: SampleShape, from data: String) throws(FileError) {
        guard shape.matches(sample) else {
            throw FileError(
                .malformed, data, "the samples are \(shape), but \(path) was trained on samples of \(sample)",
                advice: "name the data it was trained on with --data, or another model")
        }
    }

    /// The same for a set of single images: a model of strips may look at one too.
    func require(imagesOf shape: SampleShape, from data: String) throws(FileError) {
        try require((try? configuration.samples(of: shape)) ?? shape, from: data)
    }

    /// The test set of a data folder, as it is.
    func testSet(_ data: String) throws(FileError) -> any SampleSource {
        try DataFolder.loadTest(data, for: sample)
    }

    /// The test samples of a data folder, as the model is tested on them.
    ///
    /// - Throws: `FileError` if files are missing or malformed, or the samples are not like those it was trained on.
    func testSamples(_ data: String) throws(FileError) -> any SampleSource {
        let set = try testSet(data)
        let samples = (try? configuration.testSamples(set)) ?? set
        try require(samples.shape, from: data)
        return samples
    }
}

/// `model.safetensors`: the trained parameters under PyTorch's names, and what it takes to build their network.
enum ModelFile {
    /// The file's bytes; they depend on the parameters, the network and the arithmetic alone.
    static func encode(
        _ state: TrainingState, configuration: Configuration, sample: SampleShape
    ) -> [UInt8] {
        var metadata = [
            "model": configuration.model.rawValue, "hidden_size": "\(configuration.hiddenSize)",
            "arithmetic": "\(arithmeticVersion)", SafeTensorsFile.sampleKey: sample.json.text,
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
    static func load(_ path: String) throws -> TrainedModel {
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
        // Version 0.1 knew MNIST alone.
        let sample = try file.sampleShape ?? configuration.samples(of: .mnist)
        let replica = Replica(try network(configuration, sample, path))
        let prefix = isCheckpoint ? "model." : ""
        let tensors = replica.layout.entries.map { entry in
            (
                name: prefix + entry.name, shape: entry.shape,
                values: UnsafeMutableBufferPointer(rebasing: replica.parameters.buffer[entry.range])
            )
        }
        try file.copy(tensors, allowingOthers: isCheckpoint)
        return TrainedModel(path: path, replica: replica, configuration: configuration, sample: sample)
    }

    /// - Throws: `FileError.malformed` if the settings and the samples that a file tells of do not belong together.
    private static func network(
        _ configuration: Configuration, _ sample: SampleShape, _ path: String
    ) throws(FileError) -> any Model {
        do throws(UnsuitableShape) {
            return try configuration.makeModel(for: sample)
        } catch {
            throw FileError(.malformed, path, "\(error)", advice: "copy the file again")
        }
    }
}
