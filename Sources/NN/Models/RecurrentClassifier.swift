import Samples
import TensorEngine

/// The article's network, N → 1: a sequence, such as an image's rows, and the last hidden state classified.
///
///     28×28 → 28 steps of 28 pixels → the last state, 100 → 10
public struct RecurrentClassifier: Classifier {
    /// PyTorch's attribute name: lstm, gru or rnn.
    public let name: String
    let recurrent: Recurrent
    let fc: Linear
    public let dropout: Dropout

    /// - Throws: `UnsuitableShape` unless samples are sequences or images of one class each.
    public init(
        _ kind: RecurrentKind, _ shape: SampleShape, hidden: Int, dropout: Dropout = Dropout()
    ) throws(UnsuitableShape) {
        name =
            switch kind {
            case .lstm: "lstm"
            case .gru: "gru"
            case .rnn: "rnn"
            }
        guard let features = shape.sequenceOfRows?.features else {
            throw UnsuitableShape(name, need: "sequences [time, features] or images", found: shape)
        }
        recurrent = Recurrent(kind, features: features, hidden: hidden)
        fc = Linear(inputs: hidden, outputs: try shape.requireClasses(for: name))
        self.dropout = dropout
    }

    public var namedParameters: [(name: String, parameter: Parameter)] {
        recurrent.namedParameters.map { ("\(name).\($0.name)", $0.parameter) }
            + fc.namedParameters.map { ("fc.\($0.name)", $0.parameter) }
    }

    public func features(_ inputs: Tensor) -> Tensor {
        recurrent(inputs.asSequenceOfRows(), returning: .last)
    }

    public func logits(features: Tensor) -> Tensor { fc(features) }
}
