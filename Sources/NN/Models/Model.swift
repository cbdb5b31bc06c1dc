import TensorEngine

/// The samples one graph is recorded for; their values are overwritten for every shard.
public struct Batch {
    /// `[n, rows, columns]`, pixels scaled to 0 ... 1.
    public let images: Tensor
    /// The classes each image shows, sample by sample: `n · labelsPerSample`.
    public let labels: Labels
    /// What random numbers drawn for the samples depend on.
    public let keys: SampleKeys

    public var count: Int { keys.count }
    public var labelsPerSample: Int { labels.count / max(count, 1) }

    /// - Parameter shards: the samples of each shard, where one pass computes several.
    public init(count: Int, shards: [Int] = [], rows: Int, columns: Int, labelsPerSample: Int = 1) {
        images = Tensor(zeros: [count, rows, columns], shards: shards)
        labels = Labels(count: count * labelsPerSample, sumOrder: images.sumOrder)
        keys = SampleKeys(count: count, sumOrder: images.sumOrder)
    }
}

/// What a graph is for.
public enum Mode: Sendable {
    /// To learn: dropout drops, a decoder is shown the true labels.
    case training
    /// To measure or use what was learned.
    case evaluation
}

/// What a model makes of a batch.
public struct Outcome {
    /// The loss summed over the batch's samples, a scalar; or over each shard's, one value for each.
    public let loss: Tensor
    /// `[n · labelsPerSample, classes]`, the largest of a row being the prediction; nil where nothing is classified.
    public let logits: Tensor?

    public init(loss: Tensor, logits: Tensor?) {
        self.loss = loss
        self.logits = logits
    }
}

/// A network together with what it learns.
public protocol Model: Module {
    func outcome(of batch: Batch, mode: Mode) -> Outcome
}

/// A network that tells the class of an image, trained by cross-entropy.
public protocol Classifier: Model {
    /// What the last layer decides by: `[n, rows, columns] → [n, features]`.
    func features(_ images: Tensor) -> Tensor
    /// The last layer: `[n, features] → [n, classes]`.
    func logits(features: Tensor) -> Tensor
    /// Comes before the last layer in training.
    var dropout: Dropout { get }
}

extension Classifier {
    public var dropout: Dropout { Dropout() }

    /// `[n, rows, columns] → [n, classes]`.
    public func logits(_ images: Tensor) -> Tensor { logits(features: features(images)) }

    public func outcome(of batch: Batch, mode: Mode) -> Outcome {
        let logits = logits(features: dropout(features(batch.images), keys: batch.keys, mode: mode))
        return Outcome(loss: crossEntropy(logits, batch.labels), logits: logits)
    }
}
