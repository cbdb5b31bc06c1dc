import TensorEngine

/// Something inside a model that is worth a picture.
public struct Illustration {
    public enum Content: Sendable {
        /// One map for each channel: `[images, maps, rows, columns]`.
        case featureMaps
        /// What each unit weighs its inputs by: `[filters, rows, columns]`.
        case filters
        /// The hidden state after every step: `[images, time, hidden]`.
        case states
        /// Pictures the model made: `[count, rows, columns]`, 0 ... 1.
        case pictures
    }

    /// What a picture's file is called, such as `conv1-maps`.
    public let name: String
    /// What it shows, such as "conv1 after ReLU".
    public let title: String
    public let content: Content
    public let tensor: Tensor

    public init(_ content: Content, _ name: String, _ title: String, _ tensor: Tensor) {
        self.content = content
        self.name = name
        self.title = title
        self.tensor = tensor
    }
}

/// A model that can be looked into.
public protocol Illustrated: Model {
    /// What it makes of samples, `[n, …]`, on the way to its result, and by which weights.
    func illustrations(of images: Tensor) -> [Illustration]
}

extension RecurrentClassifier: Illustrated {
    public func illustrations(of images: Tensor) -> [Illustration] {
        [
            Illustration(
                .states, "\(name)-output", "\(name.uppercased()) output over time",
                recurrent(images.asSequenceOfRows()))
        ]
    }
}

extension DigitReader: Illustrated {
    public func illustrations(of images: Tensor) -> [Illustration] {
        [
            Illustration(
                .states, "encoder-output", "encoder output over the columns",
                encoder(images.asSequenceOfColumns()))
        ]
    }
}

extension RowGenerator: Illustrated {
    public func illustrations(of images: Tensor) -> [Illustration] {
        [
            Illustration(
                .pictures, "generated", "generated digits", generate(classes: Array(0..<classes), seed: 0))
        ]
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
        self.init(.filters, "\(name)-filters", "\(name) weights", weights.asPictures())
    }

    /// The maps of a network's first convolution, called `conv1`, before and after pooling, and its filters.
    static func firstConvolution(_ layer: Conv2d, of images: Tensor) -> [Illustration] {
        let maps = relu(layer(images.withChannelAxis()))
        return [
            Illustration(.featureMaps, "conv1-maps", "conv1 feature maps after ReLU", maps),
            Illustration(
                .featureMaps, "conv1-pooled", "conv1 feature maps after 2x2 max-pooling",
                maxPool2d(maps, kernel: 2)),
            Illustration(
                .filters, "conv1-filters", "conv1 filters",
                layer.weight.tensor.asPictures()),
        ]
    }
}
