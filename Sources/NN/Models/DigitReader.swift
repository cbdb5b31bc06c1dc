import Samples
import TensorEngine

/// Reads a strip of digits, N → M: an encoder goes over its columns, a decoder that starts from the encoder's final
/// state emits the labels one by one (Sutskever, Vinyals & Le 2014).
///
/// The decoder's input is the embedding of the label before: the true one in training, its own guess in evaluation,
/// and before the first label a start symbol.
public struct DigitReader: Model {
    let encoder: Recurrent
    let embedding: Embedding
    let decoder: Recurrent
    let fc: Linear
    public var children: KeyValuePairs<String, any Module> {
        ["encoder": encoder, "embedding": embedding, "decoder": decoder, "fc": fc]
    }

    public let classes: Int
    public let dropout: Dropout

    /// - Parameter shape: of the strips.
    /// - Throws: `UnsuitableShape` unless samples are images of a sequence of classes each.
    public init(
        _ shape: SampleShape, hidden: Int, embedding width: Int = 16, dropout: Dropout = Dropout()
    ) throws(UnsuitableShape) {
        guard let image = shape.image, case .sequence(_, let classes) = shape.target else {
            throw UnsuitableShape("digit-reader", need: "images of a sequence of classes each", found: shape)
        }
        let features = image.channels * image.rows
        encoder = Recurrent(.lstm, features: features, hidden: hidden)
        embedding = Embedding(count: classes + 1, features: width)
        decoder = Recurrent(.lstm, features: width, hidden: hidden)
        fc = Linear(inputs: hidden, outputs: classes)
        self.classes = classes
        self.dropout = dropout
    }

    public func outcome(of batch: Batch, mode: Mode) -> Outcome {
        let logits =
            switch mode {
            case .training: taught(batch)
            case .evaluation: read(batch.inputs, digits: batch.shape.labelsPerSample)
            }
        return Outcome(loss: crossEntropy(logits, batch.labels), logits: logits)
    }

    /// The logits where every step is told the true label before: `[n · digits, classes]`.
    private func taught(_ batch: Batch) -> Tensor {
        let (n, digits) = (batch.count, batch.shape.labelsPerSample)
        let labels = batch.labels.numbers(shape: [n, digits])
        let before = concatenate(
            [start(n).reshaped(to: [n, 1]), labels.sliced(axis: 1, 0..<digits - 1)], axis: 1)
        let states = decoder(embedding(before), from: encoder.finalStates(batch.inputs.asSequenceOfColumns()))
        return fc(
            dropout(states, keys: batch.keys, mode: .training).reshaped(to: [n * digits, states.shape[2]]))
    }

    /// The logits where every step goes by the guess before: `[n, …, rows, columns] → [n · digits, classes]`.
    public func read(_ strips: Tensor, digits: Int) -> Tensor {
        let n = strips.shape[0]
        var states = encoder.finalStates(strips.asSequenceOfColumns())
        var guess = start(n)
        var logits: [Tensor] = []
        for _ in 0..<digits {
            states = decoder.finalStates(embedding(guess.reshaped(to: [n, 1])), from: states)
            let step = fc(states[0].hidden)
            guess = argmax(step)
            logits.append(step.reshaped(to: [n, 1, classes]))
        }
        return concatenate(logits, axis: 1).reshaped(to: [n * digits, classes])
    }

    /// The start symbol for each of `n` strips.
    private func start(_ n: Int) -> Tensor {
        Tensor(shape: [n], [Float](repeating: Float(classes), count: n))
    }
}
