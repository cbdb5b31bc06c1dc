import TensorEngine

/// The samples one graph is recorded for; their values are overwritten for every shard.
public struct Batch {
    /// `[n, rows, columns]`, pixels scaled to 0 ... 1.
    public let images: Tensor
    /// The class of each image.
    public let labels: Labels

    public var count: Int { labels.count }

    public init(count: Int, rows: Int, columns: Int) {
        images = Tensor(zeros: [count, rows, columns])
        labels = Labels(count: count)
    }
}

/// What a model makes of a batch.
public struct Outcome {
    /// The loss summed over the batch's samples, a scalar.
    public let loss: Tensor
    /// `[n, classes]`; the largest of a row is the prediction.
    public let logits: Tensor
}

/// A network together with what it learns.
public protocol Model: Module {
    func outcome(of batch: Batch) -> Outcome
}

/// A network that tells the class of an image, trained by cross-entropy.
public protocol Classifier: Model {
    /// `[n, rows, columns] → [n, classes]`.
    func logits(_ images: Tensor) -> Tensor
}

extension Classifier {
    public func outcome(of batch: Batch) -> Outcome {
        let logits = logits(batch.images)
        return Outcome(loss: crossEntropy(logits, batch.labels), logits: logits)
    }
}
