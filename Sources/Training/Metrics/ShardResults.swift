import Kernels

/// What a model made of one shard's samples, beside what it should have made of them.
public struct ShardResults {
    public let samples: Int
    /// The loss summed over the samples.
    public let loss: Double
    /// Where the model tells classes.
    public let classification: Classification?
    /// Where it tells numbers.
    public let regression: Regression?

    public struct Classification {
        /// Each label's logits, sample by sample: `[labelCount, classes]`, row after row.
        public let logits: Floats
        public let classes: Int
        /// The true classes: `labelCount`.
        public let labels: UnsafePointer<Int32>
        public let labelCount: Int
        /// 1, or the length of a sequence.
        public let labelsPerSample: Int

        public init(
            logits: Floats, classes: Int, labels: UnsafePointer<Int32>, labelCount: Int, labelsPerSample: Int
        ) {
            self.logits = logits
            self.classes = classes
            self.labels = labels
            self.labelCount = labelCount
            self.labelsPerSample = labelsPerSample
        }
    }

    public struct Regression {
        /// The model's numbers and the true ones, sample by sample: `count` each.
        public let predictions, targets: Floats
        public let count: Int

        public init(predictions: Floats, targets: Floats, count: Int) {
            self.predictions = predictions
            self.targets = targets
            self.count = count
        }
    }

    public init(
        samples: Int, loss: Double, classification: Classification? = nil, regression: Regression? = nil
    ) {
        self.samples = samples
        self.loss = loss
        self.classification = classification
        self.regression = regression
    }
}
