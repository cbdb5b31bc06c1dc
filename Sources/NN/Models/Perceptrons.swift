import TensorEngine

/// A single-layer perceptron: each class weighs all pixels.
public struct Perceptron: Classifier {
    let fc: Linear
    public var children: KeyValuePairs<String, any Module> { ["fc": fc] }

    public init(pixels: Int = 784, classes: Int = 10) {
        fc = Linear(inputs: pixels, outputs: classes)
    }

    public func features(_ images: Tensor) -> Tensor { images.flattened() }

    public func logits(features: Tensor) -> Tensor { fc(features) }
}

/// A multi-layer perceptron, the article's back-propagation network: one hidden layer with ReLU.
public struct MLP: Classifier {
    let fc1: Linear
    let fc2: Linear
    public let dropout: Dropout
    public var children: KeyValuePairs<String, any Module> { ["fc1": fc1, "fc2": fc2] }

    public init(pixels: Int = 784, hidden: Int = 128, classes: Int = 10, dropout: Dropout = Dropout()) {
        fc1 = Linear(inputs: pixels, outputs: hidden)
        fc2 = Linear(inputs: hidden, outputs: classes)
        self.dropout = dropout
    }

    public func features(_ images: Tensor) -> Tensor { relu(fc1(images.flattened())) }

    public func logits(features: Tensor) -> Tensor { fc2(features) }
}
