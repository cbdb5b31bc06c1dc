import TensorEngine

/// Something inside a model that can be looked at: a tensor, and what kind of thing it is.
public struct Illustration {
    public enum Content: Sendable {
        /// One map for each channel: `[images, maps, rows, columns]`.
        case featureMaps
        /// The same after pooling.
        case pooledMaps
        /// What each unit weighs its inputs by: `[filters, rows, columns]`.
        case filters
        /// The hidden state after every step: `[images, time, hidden]`.
        case states
        /// Pictures the model made: `[count, rows, columns]`, 0 ... 1.
        case pictures
    }

    public let content: Content
    /// The layer whose it is, such as `conv1`.
    public let layer: String
    public let tensor: Tensor

    public init(_ content: Content, of layer: String, _ tensor: Tensor) {
        (self.content, self.layer, self.tensor) = (content, layer, tensor)
    }
}

/// A model that can be looked into.
public protocol Illustrated: Model {
    /// What it makes of samples, `[n, …]`, on the way to its result, and by which weights.
    func illustrations(of images: Tensor) -> [Illustration]
}

extension RecurrentClassifier: Illustrated {
    public func illustrations(of images: Tensor) -> [Illustration] {
        [Illustration(.states, of: name, recurrent(images.asSequenceOfRows()))]
    }
}

extension DigitReader: Illustrated {
    public func illustrations(of images: Tensor) -> [Illustration] {
        [Illustration(.states, of: "encoder", encoder(images.asSequenceOfColumns()))]
    }
}

extension RowGenerator: Illustrated {
    public func illustrations(of images: Tensor) -> [Illustration] {
        [Illustration(.pictures, of: "fc", generate(classes: Array(0..<classes), seed: 0))]
    }
}

extension Perceptron: Illustrated {
    public func illustrations(of images: Tensor) -> [Illustration] {
        [Illustration(filters: fc, name: "fc", images: images)]
    }
}

extension MLP: Illustrated {
    public func illustrations(of images: Tensor) -> [Illustration] {
        [Illustration(filters: fc1, name: "fc1", images: images)]
    }
}

extension CNN: Illustrated {
    public func illustrations(of images: Tensor) -> [Illustration] {
        Illustration.firstConvolution(conv1, of: images)
    }
}

extension LeNet5: Illustrated {
    public func illustrations(of images: Tensor) -> [Illustration] {
        Illustration.firstConvolution(conv1, of: images)
    }
}

extension Illustration {
    /// A linear layer's weights, each row an image as large as those it looks at.
    init(filters layer: Linear, name: String, images: Tensor) {
        let weights = layer.weight.tensor.reshaped(to: [layer.weight.shape[0]] + images.shape[1...])
        self.init(.filters, of: name, weights.asPictures())
    }

    /// The maps of a network's first convolution, called `conv1`, before and after pooling, and its filters.
    static func firstConvolution(_ layer: Conv2d, of images: Tensor) -> [Illustration] {
        let maps = relu(layer(images.withChannelAxis()))
        return [
            Illustration(.featureMaps, of: "conv1", maps),
            Illustration(.pooledMaps, of: "conv1", maxPool2d(maps, kernel: 2)),
            Illustration(.filters, of: "conv1", layer.weight.tensor.asPictures()),
        ]
    }
}
