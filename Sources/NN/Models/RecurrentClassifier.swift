import TensorEngine

/// The article's network, N → 1: an image read as 28 steps of 28 pixels, and the last hidden state classified.
public struct RecurrentClassifier: Classifier {
    /// PyTorch's attribute name: lstm, gru or rnn.
    public let name: String
    let recurrent: Recurrent
    let fc: Linear
    public let dropout: Dropout

    public init(
        _ kind: RecurrentKind, features: Int = 28, hidden: Int, classes: Int = 10,
        dropout: Dropout = Dropout()
    ) {
        name =
            switch kind {
            case .lstm: "lstm"
            case .gru: "gru"
            case .rnn: "rnn"
            }
        recurrent = Recurrent(kind, features: features, hidden: hidden)
        fc = Linear(inputs: hidden, outputs: classes)
        self.dropout = dropout
    }

    public var namedParameters: [(name: String, parameter: Parameter)] {
        recurrent.namedParameters.map { ("\(name).\($0.name)", $0.parameter) }
            + fc.namedParameters.map { ("fc.\($0.name)", $0.parameter) }
    }

    public func features(_ images: Tensor) -> Tensor { recurrent(images, returning: .last) }

    public func logits(features: Tensor) -> Tensor { fc(features) }
}
