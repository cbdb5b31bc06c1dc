import Samples
import TensorEngine

/// The article's convolutional network: two convolutions of 5×5, each halved by max-pooling, and two linear
/// layers.
///
///     1@28×28 → 32@24×24 → 32@12×12 → 64@8×8 → 64@4×4 = 1024 → 128 → 10
///
/// Images may have any number of channels and any size from 16×16 on.
public struct CNN: Classifier {
    let conv1: Conv2d
    let conv2: Conv2d
    let fc1: Linear
    let fc2: Linear
    public let dropout: Dropout
    public var children: KeyValuePairs<String, any Module> {
        ["conv1": conv1, "conv2": conv2, "fc1": fc1, "fc2": fc2]
    }

    /// - Throws: `UnsuitableShape` unless samples are large enough images of one class each.
    public init(_ shape: SampleShape, dropout: Dropout = Dropout()) throws(UnsuitableShape) {
        let classes = try shape.requireClasses(for: "cnn")
        let (channels, cells) = try shape.requireImage(for: "cnn", margins: [4, 4])
        conv1 = Conv2d(inputs: channels, outputs: 32, kernel: 5)
        conv2 = Conv2d(inputs: 32, outputs: 64, kernel: 5)
        fc1 = Linear(inputs: 64 * cells, outputs: 128)
        fc2 = Linear(inputs: 128, outputs: classes)
        self.dropout = dropout
    }

    public func features(_ images: Tensor) -> Tensor {
        let half = conv1.reluMaxPooled(images.withChannelAxis(), pool: 2)
        let quarter = conv2.reluMaxPooled(half, pool: 2)
        return relu(fc1(quarter.flattened()))
    }

    public func logits(features: Tensor) -> Tensor { fc2(features) }
}
