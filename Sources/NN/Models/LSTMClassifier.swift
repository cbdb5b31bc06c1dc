import TensorEngine

/// The article's network: an image read as 28 steps of 28 pixels, and the last hidden state classified.
public struct LSTMClassifier: Classifier {
    let lstm: LSTM
    let fc: Linear
    public let dropout: Dropout
    public var children: KeyValuePairs<String, any Module> { ["lstm": lstm, "fc": fc] }

    public init(features: Int = 28, hidden: Int, classes: Int = 10, dropout: Dropout = Dropout()) {
        lstm = LSTM(features: features, hidden: hidden)
        fc = Linear(inputs: hidden, outputs: classes)
        self.dropout = dropout
    }

    public func features(_ images: Tensor) -> Tensor { lstm(images, returning: .last) }

    public func logits(features: Tensor) -> Tensor { fc(features) }
}
