import Samples
import TensorEngine

/// The samples one graph is recorded for; their values are overwritten for every shard.
public struct Batch {
    /// What every sample looks like.
    public let shape: SampleShape
    /// `[n] + shape.input`; pixels are scaled to 0 ... 1.
    public let inputs: Tensor
    /// The classes each sample shows, sample by sample: `n · shape.labelsPerSample`.
    public let labels: Labels
    /// `[n] + shape.numbers`, where the targets are numbers, else `[n, 0]`.
    public let numbers: Tensor
    /// What random numbers drawn for the samples depend on.
    public let keys: SampleKeys
    private let first: SampleSlot

    public var count: Int { keys.count }

    /// - Parameter shards: the samples of each shard, where one pass computes several.
    public init(count: Int, shards: [Int] = [], of shape: SampleShape) {
        self.shape = shape
        inputs = Tensor(zeros: [count] + shape.input, shards: shards)
        labels = Labels(count: count * shape.labelsPerSample, sumOrder: inputs.sumOrder)
        numbers = Tensor(zeros: [count] + (shape.numbers ?? [0]), shards: shards)
        keys = SampleKeys(count: count, sumOrder: inputs.sumOrder)
        first = SampleSlot(input: inputs.pointer, labels: labels.pointer, numbers: numbers.pointer)
    }

    /// The memory of the sample at `index`, for a source to write.
    public func slot(_ index: Int) -> SampleSlot {
        SampleSlot(
            input: first.input + index * shape.inputCount,
            labels: first.labels + index * shape.labelsPerSample,
            numbers: first.numbers + index * shape.numbersPerSample)
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
    /// `[n · labels of a sample, classes]`, the largest of a row being the prediction; nil where nothing is classified.
    public let logits: Tensor?
    /// What the model says of the target numbers, `[n] + shape.numbers`, on the way to the loss; nil where it tells none.
    public let predictions: Tensor?
    /// What moves the parameters, where it is written directly instead of found on the way back from the loss: for each
    /// parameter, in their order, a tensor of its shape, summed over the batch's samples. The loss is then a mere measure.
    public let gradients: [Tensor]?

    public init(
        loss: Tensor, logits: Tensor? = nil, predictions: Tensor? = nil, gradients: [Tensor]? = nil
    ) {
        self.loss = loss
        self.logits = logits
        self.predictions = predictions
        self.gradients = gradients
    }
}

/// A network together with what it learns.
public protocol Model: Module {
    func outcome(of batch: Batch, mode: Mode) -> Outcome

    /// What it tells of the samples before a softmax or a sigmoid makes probabilities of it, `[n, …]`; nil where it tells
    /// numbers.
    func logits(of batch: Batch) -> Tensor?
}

extension Model {
    /// Those of the outcome: `[n, classes]`, or `[n, length, classes]` of a sequence of labels.
    public func logits(of batch: Batch) -> Tensor? {
        guard let logits = outcome(of: batch, mode: .evaluation).logits else { return nil }
        guard case .sequence(let length, let classes) = batch.shape.target else { return logits }
        return logits.reshaped(to: [batch.count, length, classes])
    }
}

/// A network that tells the class of a sample, trained by cross-entropy.
public protocol Classifier: Model {
    /// What the last layer decides by: `[n, …] → [n, features]`.
    func features(_ inputs: Tensor) -> Tensor
    /// The last layer: `[n, features] → [n, classes]`.
    func logits(features: Tensor) -> Tensor
    /// Comes before the last layer in training.
    var dropout: Dropout { get }
}

extension Classifier {
    public var dropout: Dropout { Dropout() }

    /// `[n, …] → [n, classes]`.
    public func logits(_ inputs: Tensor) -> Tensor { logits(features: features(inputs)) }

    public func outcome(of batch: Batch, mode: Mode) -> Outcome {
        let logits = logits(features: dropout(features(batch.inputs), keys: batch.keys, mode: mode))
        return Outcome(loss: crossEntropy(logits, batch.labels), logits: logits)
    }
}
