import Samples
import TensorEngine

/// Draws a picture row by row, 1 → N: one input, the embedding of a class and a vector of noise, is shown to an LSTM at
/// every step, and its outputs are the rows of the picture, the channels of a row side by side.
///
/// It learns by the binary cross-entropy of every pixel against a picture of that class.
public struct RowGenerator: Model {
    let embedding: Embedding
    let lstm: Recurrent
    let fc: Linear
    public var children: KeyValuePairs<String, any Module> {
        ["embedding": embedding, "lstm": lstm, "fc": fc]
    }

    public let classes: Int
    public let rows: Int
    public let noiseSize: Int
    public let dropout: Dropout

    /// - Throws: `UnsuitableShape` unless samples are images of one class each.
    public init(
        _ shape: SampleShape, hidden: Int, embedding width: Int = 16, noise: Int = 16,
        dropout: Dropout = Dropout()
    ) throws(UnsuitableShape) {
        let classes = try shape.requireClasses(for: "row-generator")
        guard let (rows, columns) = shape.sequenceOfRows else {
            throw UnsuitableShape("row-generator", need: "images", found: shape)
        }
        embedding = Embedding(count: classes, features: width)
        lstm = Recurrent(.lstm, features: width + noise, hidden: hidden)
        fc = Linear(inputs: hidden, outputs: columns)
        self.classes = classes
        self.rows = rows
        self.dropout = dropout
        noiseSize = noise
    }

    public func outcome(of batch: Batch, mode: Mode) -> Outcome {
        let logits = draw(batch.labels, keys: batch.keys, mode: mode)
        return Outcome(loss: binaryCrossEntropy(logits, batch.inputs.asSequenceOfRows()), logits: nil)
    }

    public func logits(of batch: Batch) -> Tensor? {
        draw(batch.labels, keys: batch.keys, mode: .evaluation)
    }

    /// The logits of the pixels, `[n, rows, channels · columns]`.
    public func draw(_ labels: Labels, keys: SampleKeys, mode: Mode) -> Tensor {
        let n = labels.count
        let code = concatenate(
            [embedding(labels.numbers(shape: [n])), noise(noiseSize, keys: keys, name: "noise")], axis: 1)
        let width = code.shape[1]
        let input = concatenate(
            [Tensor](repeating: code.reshaped(to: [n, 1, width]), count: rows), axis: 1)
        let states = dropout(lstm(input), keys: keys, mode: mode)
        return fc(states.reshaped(to: [n * rows, states.shape[2]])).reshaped(to: [n, rows, fc.bias.shape[0]])
    }

    /// Pictures of `classes`: the probability that a pixel is ink, `[n, rows, channels · columns]`.
    ///
    /// - Parameter seed: of the noise; another one draws them otherwise.
    public func generate(classes: [Int], seed: UInt64) -> Tensor {
        let keys = SampleKeys(count: classes.count)
        keys.seed = seed
        for index in classes.indices { keys.samples[index] = Int32(index) }
        return sigmoid(draw(Labels(classes), keys: keys, mode: .evaluation))
    }
}
