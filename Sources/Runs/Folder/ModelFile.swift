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
    /// Whether a seal proved that no bit of the file has changed.
    let isSealed: Bool

    /// What to say of a file that nothing proves whole: one from elsewhere, or of an older version.
    var note: String? {
        isSealed ? nil : "\(path) has no seal, so a damaged bit of it would go unseen"
    }

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

    /// The test set of a data folder, or of a data set known by name, as it is.
    func testSet(_ data: String) throws -> any SampleSource {
        var configuration = configuration
        configuration.data = data
        for own in configuration.dataSet?.settings ?? [] { configuration.own[own.setting.key] = own.usual }
        return try configuration.loadTestSet(for: sample)
    }

    /// The test samples of a data folder, as the model is tested on them.
    ///
    /// - Throws: `FileError` if files are missing or malformed, or the samples are not like those it was trained on;
    ///   `UnusableData` if there are none.
    func testSamples(_ data: String) throws -> any SampleSource {
        let set = try testSet(data)
        try set.requireUsable(as: "test samples")
        let samples = (try? configuration.samples(of: set)) ?? set
        try require(samples.shape, from: data)
        return samples
    }
}

/// `model.safetensors`: the trained parameters under PyTorch's names, and what it takes to build their network.
enum ModelFile {
    /// The file's bytes; they depend on the parameters, the network, the run and the arithmetic alone.
    static func encode(
        _ state: TrainingState, _ profile: RunProfile, sample: SampleShape
    ) -> [UInt8] {
        var metadata = profile.modelMetadata
        metadata["arithmetic"] = "\(arithmeticVersion)"
        metadata[SafeTensorsFile.sampleKey] = sample.json.text
        metadata[SafeTensorsFile.runKey] = profile.runID
        return Seal.encode(
            state.layout.entries.map { entry in
                (entry.name, entry.shape, .float32(Array(state.parameters.buffer[entry.range])))
            }, metadata)
    }

    /// Builds the network of a model file, or of a checkpoint, with its parameters: weights are weights, whatever the
    /// arithmetic that trained them.
    ///
    /// - Throws: `FileError` if the file is no model of ours, a bit of it has changed, or a parameter is no number.
    static func load(_ path: String, _ catalog: Catalog) throws -> TrainedModel {
        let file = try SafeTensorsFile(path: path)
        let isCheckpoint = file.metadata["lockstep_checkpoint"] != nil
        let isSealed = try file.proveSeal()
        try file.requireFinite(advice: "use another model: this one's training diverged")
        let configuration =
            isCheckpoint
            ? try Configuration(catalog, layers: [Checkpoint(path: path).settingsLayer(catalog)])
            : try configuration(file, catalog)
        // Version 0.1 knew MNIST alone.
        let sample = try file.sampleShape ?? configuration.samples(of: .mnist)
        let network = try network(configuration, sample, path)
        let prefix = isCheckpoint ? "model." : ""
        let shapes = network.namedParameters.map { (name: prefix + $0.name, shape: $0.parameter.shape) }
        try file.require(shapes, allowingOthers: isCheckpoint)
        let replica = Replica(network, metrics: configuration.catalog.metrics)
        let tensors = replica.layout.entries.map { entry in
            (
                name: prefix + entry.name, shape: entry.shape,
                values: UnsafeMutableBufferPointer(rebasing: replica.parameters.buffer[entry.range])
            )
        }
        try file.copy(tensors, allowingOthers: isCheckpoint)
        return TrainedModel(
            path: path, replica: replica, configuration: configuration, sample: sample, isSealed: isSealed)
    }

    /// - Throws: `FileError.malformed` if the settings and the samples that a file tells of do not belong together.
    private static func network(
        _ configuration: Configuration, _ sample: SampleShape, _ path: String
    ) throws -> any Model {
        do {
            return try configuration.makeModel(for: sample)
        } catch let error as UnsuitableShape {
            throw FileError(.malformed, path, "\(error)", advice: "copy the file again")
        }
    }

    /// Which network a model file holds.
    ///
    /// - Throws: `FileError.malformed` if it does not say, or says something that this program does not know.
    private static func configuration(
        _ file: SafeTensorsFile, _ catalog: Catalog
    ) throws(FileError) -> Configuration {
        func malformed(_ reason: String) -> FileError {
            FileError(
                .malformed, file.path, reason,
                advice: "name a model.safetensors or a checkpoint that this program wrote")
        }
        guard let name = file.metadata["model"] else {
            throw malformed("expected 'model' in the metadata, found \(file.metadata)")
        }
        guard let model = catalog.models.first(where: { $0.name == name }) else {
            throw malformed(
                "holds a '\(name)', and this program knows \(catalog.models.map(\.name).joined(separator: ", "))"
            )
        }
        var configuration = Configuration(catalog, model: model)
        for own in model.architecture {
            let (setting, key) = (own.setting, own.setting.key)
            guard let text = file.metadata[key],
                let value = try? setting.checked(setting.value(of: text), from: key)
            else {
                throw malformed("expected '\(key)' in the metadata of a \(name), found \(file.metadata)")
            }
            configuration.own[key] = value
        }
        return configuration
    }
}

extension ModelDescriptor {
    /// The settings that decide which network it is.
    var architecture: [OwnSetting] { settings.filter { $0.setting.scope == .fixedOnResume } }
}
