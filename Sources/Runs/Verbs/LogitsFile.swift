import Datasets
import Formats
import NN
import Samples
import TensorEngine
import Training

/// The logits that a trained model gives test samples, for comparison with other implementations: a safetensors file
/// with the one tensor `logits`.
///
/// It is `[n, classes]`; of a model of sequences of labels `[n, length, classes]`, of row-generator, whose logits are those
/// of pixels, `[n, rows, channels · columns]`. Its metadata tells what the samples look like.
public struct LogitsFile: Equatable, Sendable {
    /// Samples that go through the model together.
    private static let rows = 100

    public let path: String
    /// How many samples of the test set, from the first on; nil for all.
    public let limit: Int?

    public init(path: String, limit: Int? = nil) {
        self.path = path
        self.limit = limit
    }

    /// - Throws: `FileError.cannotCreate` if the file is there already.
    func requireNew() throws(FileError) {
        guard Files.exists(path) else { return }
        throw FileError(
            .cannotCreate, path, "is there already and would be overwritten",
            advice: "choose another --logits, or remove it")
    }

    func publish(_ model: any Model, on set: any SampleSource) throws {
        let count = min(limit ?? set.count, set.count)
        var shape: [Int] = []
        var values: [Float] = []
        for start in stride(from: 0, to: count, by: Self.rows) {
            let samples = (start..<min(start + Self.rows, count)).map { Int32($0) }
            let logits = try Self.logits(of: samples[...], in: set, by: model)
            shape = [count] + logits.shape[1...]
            values += logits.values
        }
        let metadata = [SafeTensorsFile.sampleKey: set.shape.json.text]
        try Files.publish(path, SafeTensors.encode([("logits", shape, .float32(values))], metadata: metadata))
    }

    private static func logits(
        of samples: ArraySlice<Int32>, in set: any SampleSource, by model: any Model
    ) throws(UsageError) -> Tensor {
        let batch = Batch(count: samples.count, of: set.shape)
        batch.load(samples, of: set, at: .evaluation)
        guard let logits = model.logits(of: batch) else {
            throw UsageError("--logits: this model tells numbers, not logits", hint: "Leave it out.")
        }
        return logits
    }
}
