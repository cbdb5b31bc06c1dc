import Datasets
import Determinism
import Formats
import Kernels
import Samples

/// A run at one step: parameters, optimizer state and cursor in one safetensors file.
///
/// Its bytes depend on the configuration, the data and the step alone, like everything in it.
public struct Checkpoint {
    /// The file's format, raised when a change keeps older programs from reading it.
    private static let version = "1"

    public let file: SafeTensorsFile
    public let step: Int
    /// The numbers seen since the last line of metrics, by their names.
    let window: [String: String]
    /// Bytes of `metrics.jsonl` written before it.
    public let metricsLength: Int
    /// SHA-256 of these; nil in checkpoints that do not tell.
    public let metricsDigest: String?
    /// The settings of its run, as the run wrote them: no matter of ours.
    public let settings: String
    /// What the samples look like that it is trained on; nil in checkpoints of version 0.1, which knew MNIST alone.
    public let sample: SampleShape?
    public let dataDigest: String
    /// The `arithmeticVersion` of the program that began its run.
    public let arithmetic: Int
    /// Which run it is of; nil in checkpoints of before runs had identities.
    public let runID: String?
    /// The steps that were left out before it.
    private(set) var skips = Skips()
    /// How long the gradients of each objective were; none in runs without a guard against spikes.
    private let norms: [NormHistory]

    /// Reads a checkpoint and proves it whole.
    ///
    /// - Throws: `FileError.malformed` if it is no checkpoint or a bit of it has changed.
    public init(path: String) throws {
        let file = try SafeTensorsFile(path: path)
        let metadata = CheckpointMetadata(path: path, values: file.metadata)
        let version = try metadata.text("lockstep_checkpoint")
        guard version == Self.version else {
            throw FileError(
                .malformed, path, "expected checkpoint format \(Self.version), found \(version)",
                advice: "read it with the version of the program that wrote it")
        }
        try Seal.require(try metadata.text(Seal.key), of: file, advice: Self.adviceToGoBack)
        self.file = file
        step = try metadata.count("step")
        if let named = CheckpointStore.step(ofFile: path), named != step {
            throw FileError(
                .malformed, path, "holds step \(step), and not step \(named) as its name says",
                advice: "give it the name of its step")
        }
        try file.requireFinite(advice: Self.adviceToGoBack)
        _ = try metadata.count(Self.windowPrefix + "samples")
        window = metadata.texts(prefix: Self.windowPrefix)
        metricsLength = try metadata.count("metrics_bytes")
        metricsDigest = file.metadata[Self.metricsDigestKey]
        dataDigest = try metadata.text("data_sha256")
        arithmetic = file.metadata["arithmetic"] == nil ? 1 : try metadata.number("arithmetic")
        settings = try metadata.text("config")
        sample = try file.sampleShape
        runID = file.metadata[SafeTensorsFile.runKey]
        if file.metadata[Self.skippedKey] != nil {
            skips.total = try metadata.count(Self.skippedKey)
            skips.inARow = try metadata.count(Self.inARowKey)
        }
        norms = try (0..<metadata.texts(prefix: Self.normPrefix).count).map { index in
            let (count, mean) = (Self.normCountPrefix + "\(index)", Self.normPrefix + "\(index)")
            guard let history = NormHistory(count: try metadata.count(count), mean: try metadata.number(mean))
            else {
                throw FileError(
                    .malformed, path, "expected the gradients' mean norm for '\(mean)', found another number",
                    advice: "use another checkpoint")
            }
            return history
        }
    }

    private static let adviceToGoBack =
        "use an older checkpoint, or --resume auto, which finds the newest sound one"

    /// The bytes of a checkpoint of `state`.
    ///
    /// - Parameters:
    ///   - settings: what its run needs to go on, in the run's own words.
    ///   - sample: what the samples look like that it is trained on.
    ///   - metricsLength: bytes of records that were written before it.
    ///   - metricsDigest: their SHA-256, in hexadecimal digits.
    ///   - runID: which run it is of.
    public static func encode(
        _ state: TrainingState, settings: String, sample: SampleShape, dataDigest: String, metricsLength: Int,
        metricsDigest: String, runID: String
    ) -> [UInt8] {
        let tensors = state.tensors.map {
            (name: $0.name, shape: $0.shape, values: SafeTensors.Values.float32(Array($0.values)))
        }
        var metadata = [
            "lockstep_checkpoint": version,
            "config": settings,
            SafeTensorsFile.sampleKey: sample.json.text,
            "step": "\(state.step)",
            "metrics_bytes": "\(metricsLength)",
            metricsDigestKey: metricsDigest,
            "data_sha256": dataDigest,
            "arithmetic": "\(arithmeticVersion)",
            SafeTensorsFile.runKey: runID,
        ]
        if state.skips.total > 0 {
            metadata[skippedKey] = "\(state.skips.total)"
            metadata[inARowKey] = "\(state.skips.inARow)"
        }
        if state.isEvaluationDue { metadata[dueKey] = "true" }
        if state.norms.contains(where: { $0.count > 0 }) {
            for (index, history) in state.norms.enumerated() {
                metadata[normCountPrefix + "\(index)"] = "\(history.count)"
                metadata[normPrefix + "\(index)"] = "\(history.mean)"
            }
        }
        for (name, text) in state.window.texts { metadata[windowPrefix + name] = text }
        return Seal.encode(tensors, metadata)
    }

    private static let metricsDigestKey = "metrics_sha256"
    private static let windowPrefix = "window_"
    /// There if the evaluation after the checkpoint's step was cut short.
    private static let dueKey = "evaluation_due"
    private static let skippedKey = "skipped_steps"
    private static let inARowKey = "skipped_in_a_row"
    private static let normPrefix = "mean_norm_"
    private static let normCountPrefix = "norms_"

    /// Copies the checkpoint into a state of the same shape.
    ///
    /// - Throws: `FileError.malformed` naming a tensor that is missing or of another shape.
    public func restore(into state: inout TrainingState) throws(FileError) {
        try file.copy(state.tensors)
        state.isEvaluationDue = file.metadata[Self.dueKey] != nil
        (state.step, state.skips) = (step, skips)
        // A run that was not guarded before begins to look at its gradients.
        if norms.count == state.norms.count { state.norms = norms }
        do {
            try state.window.restore(window)
        } catch {
            throw FileError(
                .malformed, file.path,
                "expected \(error.expected) for '\(Self.windowPrefix)\(error.name)', found '\(error.text)'",
                advice: "use another checkpoint")
        }
    }
}

/// The text values of a checkpoint's header.
private struct CheckpointMetadata {
    let path: String
    let values: [String: String]

    func text(_ key: String) throws(FileError) -> String {
        guard let value = values[key] else {
            throw FileError(
                .malformed, path, "expected a checkpoint, found no '\(key)' in the file's metadata",
                advice: "name a file of a run folder's checkpoints/")
        }
        return value
    }

    /// The values of the keys that begin with `prefix`, by what follows.
    func texts(prefix: String) -> [String: String] {
        Dictionary(
            uniqueKeysWithValues: values.filter { $0.key.hasPrefix(prefix) }
                .map { (String($0.key.dropFirst(prefix.count)), $0.value) })
    }

    /// How often something happened.
    func count(_ key: String) throws(FileError) -> Int {
        let number: Int = try number(key)
        guard Score.countRange.contains(number) else {
            throw FileError(
                .malformed, path, "expected a number from 0 to 2^53 for '\(key)', found \(number)",
                advice: "use another checkpoint")
        }
        return number
    }

    func number<Number: LosslessStringConvertible>(_ key: String) throws(FileError) -> Number {
        let value = try text(key)
        guard let number = Number(value) else {
            throw FileError(
                .malformed, path, "expected a number for '\(key)', found '\(value)'",
                advice: "use another checkpoint")
        }
        return number
    }
}
