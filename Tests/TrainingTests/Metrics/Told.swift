import Kernels

@testable import Training

/// What a test says a model made of samples.
final class Told {
    private let logits, numbers: Floats
    private let labels: UnsafeMutablePointer<Int32>
    private let results: ShardResults

    /// - Parameters:
    ///   - rows: the logits of each label.
    ///   - predictions: with the true numbers they should be.
    init(
        _ rows: [[Float]] = [], labels: [Int32] = [], perSample: Int = 1, loss: Double = 0,
        samples: Int? = nil, predictions: [(Float, Float)] = []
    ) {
        let flat = rows.flatMap { $0 }
        logits = .allocate(capacity: flat.count)
        logits.initialize(from: flat, count: flat.count)
        self.labels = .allocate(capacity: labels.count)
        self.labels.initialize(from: labels, count: labels.count)
        let pairs = predictions.map(\.0) + predictions.map(\.1)
        numbers = .allocate(capacity: pairs.count)
        numbers.initialize(from: pairs, count: pairs.count)
        results = ShardResults(
            samples: samples ?? (rows.isEmpty ? predictions.count : rows.count / perSample), loss: loss,
            classification: rows.isEmpty
                ? nil
                : .init(
                    logits: logits, classes: rows[0].count, labels: self.labels, labelCount: labels.count,
                    labelsPerSample: perSample),
            regression: predictions.isEmpty
                ? nil
                : .init(
                    predictions: numbers, targets: numbers + predictions.count, count: predictions.count))
    }

    deinit {
        logits.deallocate()
        labels.deallocate()
        numbers.deallocate()
    }

    /// Measured alone.
    func score(_ metrics: MetricSet = .standard) -> Score {
        var score = Score(metrics)
        add(to: &score)
        return score
    }

    func add(to score: inout Score) { withExtendedLifetime(self) { score.measure(results) } }

    func add(to matrix: inout ConfusionMatrix) { withExtendedLifetime(self) { matrix.measure(results) } }
}
