import Samples
import TensorEngine

/// LeNet-5 (LeCun et al. 1998) with ReLU and max-pooling: the image padded by 2 on each side, and a Gaussian output per
/// class.
///
///     1@28×28 → 6@28×28 → 6@14×14 → 16@10×10 → 16@5×5 = 400 → 120 → 84 → 10
///
/// Images may have any number of channels and any size from 12×12 on.
public struct LeNet5: Classifier {
    let conv1: Conv2d
    let conv2: Conv2d
    let fc1: Linear
    let fc2: Linear
    let rbf: Gaussian
    public let dropout: Dropout
    public var children: KeyValuePairs<String, any Module> {
        ["conv1": conv1, "conv2": conv2, "fc1": fc1, "fc2": fc2, "rbf": rbf]
    }

    /// - Throws: `UnsuitableShape` unless samples are large enough images of one class each.
    public init(_ shape: SampleShape, dropout: Dropout = Dropout()) throws(UnsuitableShape) {
        let classes = try shape.requireClasses(for: "lenet5")
        let (channels, cells) = try shape.requireImage(for: "lenet5", margins: [0, 4])
        conv1 = Conv2d(inputs: channels, outputs: 6, kernel: 5, padding: 2)
        conv2 = Conv2d(inputs: 6, outputs: 16, kernel: 5)
        fc1 = Linear(inputs: 16 * cells, outputs: 120)
        fc2 = Linear(inputs: 120, outputs: 84)
        rbf = Gaussian(features: 84, classes: classes)
        self.dropout = dropout
    }

    public func features(_ images: Tensor) -> Tensor {
        let half = conv1.reluMaxPooled(images.withChannelAxis(), pool: 2)
        let quarter = conv2.reluMaxPooled(half, pool: 2)
        return relu(fc2(relu(fc1(quarter.flattened()))))
    }

    public func logits(features: Tensor) -> Tensor { rbf(features) }
}
