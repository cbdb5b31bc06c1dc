import NN
import TestSupport

/// A model that the tests of what all models share run over.
struct SharedTestModel: Sendable {
    let name: String
    /// Digits in a sample, side by side.
    let digits: Int
    let make: @Sendable () -> any Model

    init(_ name: String, digits: Int = 1, make: @escaping @Sendable () -> any Model) {
        (self.name, self.digits, self.make) = (name, digits, make)
    }

    /// Samples for it, the numbers of which are `samples`: each the same in whatever batch it comes.
    ///
    /// - Parameter shards: the samples of each shard, where there are several.
    func batch(_ samples: Range<Int>, shards: [Int] = []) -> Batch {
        let batch = Batch(
            count: samples.count, shards: shards, rows: 28, columns: 28 * digits, labelsPerSample: digits)
        let size = batch.images.count / samples.count
        for (slot, sample) in samples.enumerated() {
            let pixels = awayFromZero(size, seed: UInt64(sample + 1)).map { abs($0) - 0.5 }
            (batch.images.pointer + slot * size).update(from: pixels, count: size)
            for digit in 0..<digits {
                batch.labels.pointer[slot * digits + digit] = Int32((sample + 4 * digit) % 10)
            }
            batch.keys.samples[slot] = Int32(sample)
        }
        return batch
    }
}

/// Every model, small where its size is free.
let models: [SharedTestModel] = [
    SharedTestModel("lstm") { RecurrentClassifier(.lstm, hidden: 5) },
    SharedTestModel("gru") { RecurrentClassifier(.gru, hidden: 5) },
    SharedTestModel("rnn") { RecurrentClassifier(.rnn(.tanh), hidden: 5) },
    SharedTestModel("lstm with dropout") { RecurrentClassifier(.lstm, hidden: 5, dropout: Dropout(0.3)) },
    SharedTestModel("cnn") { CNN() },
    SharedTestModel("lenet5") { LeNet5() },
    SharedTestModel("perceptron") { Perceptron() },
    SharedTestModel("mlp") { MLP(hidden: 6) },
    SharedTestModel("mlp with dropout") { MLP(hidden: 6, dropout: Dropout(0.3)) },
    SharedTestModel("row-generator") { RowGenerator(hidden: 5) },
    SharedTestModel("digit-reader", digits: 3) { DigitReader(hidden: 5) },
    SharedTestModel("digit-reader with dropout", digits: 2) { DigitReader(hidden: 5, dropout: Dropout(0.3)) },
    SharedTestModel("digit-reader of one digit") { DigitReader(hidden: 5) },
]
