import Samples
import TensorEngine

/// A single-layer perceptron: each class weighs all values of a sample, such as an image's pixels.
public struct Perceptron: Classifier {
    let fc: Linear
    public var children: KeyValuePairs<String, any Module> { ["fc": fc] }

    /// - Throws: `UnsuitableShape` unless samples have one class each.
    public init(_ shape: SampleShape) throws(UnsuitableShape) {
        fc = Linear(inputs: shape.inputCount, outputs: try shape.requireClasses(for: "perceptron"))
    }

    public func features(_ inputs: Tensor) -> Tensor { inputs.flattened() }

    public func logits(features: Tensor) -> Tensor { fc(features) }
}

/// A multi-layer perceptron, the article's back-propagation network: one hidden layer with ReLU.
public struct MLP: Classifier {
    let fc1: Linear
    let fc2: Linear
    public let dropout: Dropout
    public var children: KeyValuePairs<String, any Module> { ["fc1": fc1, "fc2": fc2] }

    /// - Throws: `UnsuitableShape` unless samples have one class each.
    public init(
        _ shape: SampleShape, hidden: Int = 128, dropout: Dropout = Dropout()
    ) throws(UnsuitableShape) {
        fc1 = Linear(inputs: shape.inputCount, outputs: hidden)
        fc2 = Linear(inputs: hidden, outputs: try shape.requireClasses(for: "mlp"))
        self.dropout = dropout
    }

    public func features(_ inputs: Tensor) -> Tensor { relu(fc1(inputs.flattened())) }

    public func logits(features: Tensor) -> Tensor { fc2(features) }
}
