import Kernels

/// What a model makes of samples: its loss, and how much it tells right where it tells classes.
///
/// `Int` counts and one `Double`, so that a window of steps, a checkpoint and an evaluation all keep the same.
public struct Score: Equatable, Sendable, BitwiseCopyable {
    /// Summed over the samples.
    public var lossSum = 0.0
    public var samples = 0
    /// Labels that were predicted: 0 for a model that predicts none, several a sample for one that reads a sequence.
    public var labels = 0
    /// Predictions that are right.
    public var correct = 0
    /// Samples of which every prediction is right.
    public var sequencesCorrect = 0

    /// The mean over the samples.
    public var loss: Double { lossSum / Double(max(samples, 1)) }

    /// The share of predictions that are right, where there are any.
    public var accuracy: Double? { labels > 0 ? Double(correct) / Double(labels) : nil }

    /// The share of samples that are right as a whole, where a sample has several labels.
    public var sequenceAccuracy: Double? {
        labels > samples ? Double(sequencesCorrect) / Double(samples) : nil
    }

    public static func += (total: inout Score, part: Score) {
        total.lossSum += part.lossSum
        total.samples += part.samples
        total.labels += part.labels
        total.correct += part.correct
        total.sequencesCorrect += part.sequencesCorrect
    }
}

/// A score among the floats that are summed over shards; the integers are exact below 2²⁴.
extension Score {
    /// Floats it takes.
    static let width = 4

    func write(to target: Floats) {
        target[0] = Float(lossSum)
        target[1] = Float(labels)
        target[2] = Float(correct)
        target[3] = Float(sequencesCorrect)
    }

    init(summed values: Floats, samples: Int) {
        lossSum = Double(values[0])
        self.samples = samples
        labels = Int(exactly: values[1]) ?? 0
        correct = Int(exactly: values[2]) ?? 0
        sequencesCorrect = Int(exactly: values[3]) ?? 0
    }
}
