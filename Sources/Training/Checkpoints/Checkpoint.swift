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
    /// The settings of its run, as the run wrote them: no matter of ours.
    public let settings: String
    /// What the samples look like that it is trained on; nil in checkpoints of version 0.1, which knew MNIST alone.
    public let sample: SampleShape?
    public let dataDigest: String
    /// The `arithmeticVersion` of the program that began its run.
    public let arithmetic: Int

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
        let expected = try metadata.text(Self.sealKey)
        let found = Self.seal(
            file.metadata, file.entries.map { ($0.name, $0.dtype, $0.shape) }, file.dataSHA256)
        guard found == expected else {
            throw FileError(
                .malformed, path,
                "the content's SHA-256 should be \(expected.prefix(12))…, found \(found.prefix(12))…: it is damaged",
                advice: "use an older checkpoint, or --resume auto, which finds the newest sound one")
        }
        self.file = file
        step = try metadata.count("step")
        _ = try metadata.count(Self.windowPrefix + "samples")
        window = metadata.texts(prefix: Self.windowPrefix)
        metricsLength = try metadata.count("metrics_bytes")
        dataDigest = try metadata.text("data_sha256")
        arithmetic = file.metadata["arithmetic"] == nil ? 1 : try metadata.number("arithmetic")
        settings = try metadata.text("config")
        sample = try file.sampleShape
    }

    /// The bytes of a checkpoint of `state`.
    ///
    /// - Parameters:
    ///   - settings: what its run needs to go on, in the run's own words.
    ///   - sample: what the samples look like that it is trained on.
    ///   - metricsLength: bytes of records that were written before it.
    public static func encode(
        _ state: TrainingState, settings: String, sample: SampleShape, dataDigest: String, metricsLength: Int
    ) -> [UInt8] {
        let tensors = state.tensors.map {
            (name: $0.name, shape: $0.shape, values: SafeTensors.Values.float32(Array($0.values)))
        }
        var metadata = [
            "format": "pt",
            "lockstep_checkpoint": version,
            "config": settings,
            SafeTensorsFile.sampleKey: sample.json.text,
            "step": "\(state.step)",
            "metrics_bytes": "\(metricsLength)",
            "data_sha256": dataDigest,
            "arithmetic": "\(arithmeticVersion)",
        ]
        for (name, text) in state.window.texts { metadata[windowPrefix + name] = text }
        return sealed(tensors, metadata)
    }

    /// A file of these tensors, whose metadata vouches for all of it.
    public static func sealed(
        _ tensors: [(name: String, shape: [Int], values: SafeTensors.Values)], _ metadata: [String: String]
    ) -> [UInt8] {
        let ordered = tensors.sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
        var metadata = metadata
        metadata[sealKey] = seal(
            metadata, ordered.map { ($0.name, .float32, $0.shape) },
            SafeTensors.dataSHA256(ofEncoded: SafeTensors.encode(tensors)))
        return SafeTensors.encode(tensors, metadata: metadata)
    }

    private static let sealKey = "content_sha256"
    private static let windowPrefix = "window_"

    /// SHA-256 over every text of the header, the tensors in the order of their bytes, and the SHA-256 of those: no bit
    /// of a checkpoint changes unseen.
    private static func seal(
        _ metadata: [String: String], _ tensors: [(name: String, dtype: SafeTensors.DType, shape: [Int])],
        _ dataSHA256: String
    ) -> String {
        let texts = metadata.filter { $0.key != sealKey }.sorted { $0.key < $1.key }
            .map { "\($0.key)=\($0.value)\n" }
        let headings = tensors.map { "\($0.name) \($0.dtype.rawValue) \($0.shape)\n" }
        return SHA256.hex(of: Array((texts + headings + [dataSHA256]).joined().utf8))
    }

    /// Copies the checkpoint into a state of the same shape.
    ///
    /// - Throws: `FileError.malformed` naming a tensor that is missing or of another shape.
    public func restore(into state: inout TrainingState) throws(FileError) {
        try file.copy(state.tensors)
        state.step = step
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
