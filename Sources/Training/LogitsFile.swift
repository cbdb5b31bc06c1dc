import Datasets
import Formats
import NN
import TensorEngine

/// What a trained model makes of test samples beside what goes in, for comparison with other implementations: a
/// safetensors file.
///
/// `images` `[n, rows, columns]`, `labels` `[n]` (digit-reader: `[n, digits]`), `logits` `[n, classes]` (digit-reader:
/// `[n, digits, classes]`, row-generator: `[n, rows, columns]`) and, for row-generator alone, `noise` `[n, size]`.
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

    func publish(_ model: any Model, on set: any SampleSource) throws(FileError) {
        let count = min(limit ?? set.count, set.count)
        let parts = stride(from: 0, to: count, by: Self.rows).map { start in
            Self.record(model, on: (start..<min(start + Self.rows, count)).map(Int32.init), of: set)
        }
        let tensors = parts[0].indices.map { index in
            let (name, shape, _) = parts[0][index]
            return (name, [count] + shape[1...], parts.flatMap { $0[index].values })
        }
        let encoded = SafeTensors.encode(
            tensors.map { name, shape, values in
                name == "labels"
                    ? (name, shape, .int64(values.map { Int64($0) })) : (name, shape, .float32(values))
            })
        try Files.publish(path, encoded)
    }

    private static func record(
        _ model: any Model, on samples: [Int32], of set: any SampleSource
    ) -> [(name: String, shape: [Int], values: [Float])] {
        let batch = Batch(
            count: samples.count, rows: set.rows, columns: set.columns, labelsPerSample: set.labelsPerSample)
        batch.load(samples[...], of: set, at: .evaluation)
        let n = batch.count
        let labels = set.labelsPerSample == 1 ? [n] : [n, set.labelsPerSample]
        var tensors = [("images", batch.images), ("labels", batch.labels.numbers(shape: labels))]
        if let generator = model as? RowGenerator {
            tensors.append(("noise", generator.noise(for: batch.keys)))
            tensors.append(("logits", generator.draw(batch.labels, keys: batch.keys, mode: .evaluation)))
        } else if let logits = model.outcome(of: batch, mode: .evaluation).logits {
            tensors.append(("logits", logits.reshaped(to: labels + [logits.shape[1]])))
        }
        return tensors.map { ($0.0, $0.1.shape, $0.1.values) }
    }
}
