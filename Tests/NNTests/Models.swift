import NN
import Samples
import TestSupport

/// A model that the tests of what all models share run over, and the samples it is made for.
struct SharedTestModel: Sendable {
    let name: String
    let shape: SampleShape
    private let build: @Sendable (SampleShape) throws -> any Model

    init(
        _ name: String, _ shape: SampleShape = .mnist,
        build: @escaping @Sendable (SampleShape) throws -> any Model
    ) {
        (self.name, self.shape, self.build) = (name, shape, build)
    }

    func make() throws -> any Model { try build(shape) }

    /// Samples for it, the numbers of which are `samples`: each the same in whatever batch it comes.
    ///
    /// - Parameter shards: the samples of each shard, where there are several.
    func batch(_ samples: Range<Int>, shards: [Int] = []) -> Batch {
        let batch = Batch(count: samples.count, shards: shards, of: shape)
        let size = shape.inputCount
        for (index, sample) in samples.enumerated() {
            let slot = batch.slot(index)
            let pixels = awayFromZero(size, seed: UInt64(sample + 1)).map { abs($0) - 0.5 }
            slot.input.update(from: pixels, count: size)
            for label in 0..<shape.labelsPerSample {
                slot.labels[label] = Int32((sample + 4 * label) % shape.classes)
            }
            batch.keys.samples[index] = Int32(sample)
        }
        return batch
    }
}

/// MNIST's digits, several in a strip.
func strips(of digits: Int) -> SampleShape {
    SampleShape(input: [28, 28 * digits], target: .sequence(length: digits, classes: 10))
}

/// Small colour images of other sizes and class counts than MNIST's.
let colour = SampleShape(input: [3, 17, 20], target: .classes(4))

/// Every model, small where its size is free, on MNIST's shape and on others.
let models: [SharedTestModel] = [
    SharedTestModel("lstm") { try RecurrentClassifier(.lstm, $0, hidden: 5) },
    SharedTestModel("gru") { try RecurrentClassifier(.gru, $0, hidden: 5) },
    SharedTestModel("rnn") { try RecurrentClassifier(.rnn(.tanh), $0, hidden: 5) },
    SharedTestModel("lstm with dropout") {
        try RecurrentClassifier(.lstm, $0, hidden: 5, dropout: Dropout(0.3))
    },
    SharedTestModel("cnn") { try CNN($0) },
    SharedTestModel("lenet5") { try LeNet5($0) },
    SharedTestModel("perceptron") { try Perceptron($0) },
    SharedTestModel("mlp") { try MLP($0, hidden: 6) },
    SharedTestModel("mlp with dropout") { try MLP($0, hidden: 6, dropout: Dropout(0.3)) },
    SharedTestModel("row-generator") { try RowGenerator($0, hidden: 5) },
    SharedTestModel("digit-reader", strips(of: 3)) { try DigitReader($0, hidden: 5) },
    SharedTestModel("digit-reader with dropout", strips(of: 2)) {
        try DigitReader($0, hidden: 5, dropout: Dropout(0.3))
    },
    SharedTestModel("digit-reader of one digit", strips(of: 1)) { try DigitReader($0, hidden: 5) },
    SharedTestModel("lstm on colours", colour) { try RecurrentClassifier(.lstm, $0, hidden: 5) },
    SharedTestModel("gru on sequences", SampleShape(input: [9, 2], target: .classes(3))) {
        try RecurrentClassifier(.gru, $0, hidden: 5)
    },
    SharedTestModel("cnn on colours", colour) { try CNN($0) },
    SharedTestModel("lenet5 on colours", colour) { try LeNet5($0) },
    SharedTestModel("mlp on features", SampleShape(input: [13], target: .classes(300))) {
        try MLP($0, hidden: 6)
    },
    SharedTestModel("row-generator on colours", colour) { try RowGenerator($0, hidden: 5) },
    SharedTestModel(
        "digit-reader on colours", SampleShape(input: [3, 7, 12], target: .sequence(length: 2, classes: 5))
    ) { try DigitReader($0, hidden: 5) },
]
