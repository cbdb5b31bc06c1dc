import TensorEngine

/// The article's network: an image read as 28 steps of 28 pixels, and the last hidden state classified.
public struct LSTMClassifier: Classifier {
    let lstm: LSTM
    let fc: Linear
    public var children: KeyValuePairs<String, any Module> { ["lstm": lstm, "fc": fc] }

    public init(features: Int = 28, hidden: Int, classes: Int = 10) {
        lstm = LSTM(features: features, hidden: hidden)
        fc = Linear(inputs: hidden, outputs: classes)
    }

    public func logits(_ images: Tensor) -> Tensor {
        fc(lstm(images, returning: .last))
    }
}
