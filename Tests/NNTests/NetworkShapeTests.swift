import NN
import Samples
import TensorEngine
import Testing

/// The article's networks on samples that are not MNIST's.
@Suite struct NetworkShapeTests {
    private static let cifar = SampleShape(input: [3, 32, 32], target: .classes(10))
    private static let faces = SampleShape(input: [20, 20], target: .classes(3))
    private static let features = SampleShape(input: [13], target: .classes(70))

    /// The shapes that PyTorch's layers have on such inputs: 32 → 28 → 14 → 10 → 5 and so on.
    static let cases: [(network: String, make: @Sendable () throws -> any Model, shapes: [String: [Int]])] = [
        (
            "cnn", { try CNN(cifar) },
            ["conv1.weight": [32, 3, 5, 5], "fc1.weight": [128, 1600], "fc2.weight": [10, 128]]
        ),
        ("cnn", { try CNN(faces) }, ["conv1.weight": [32, 1, 5, 5], "fc1.weight": [128, 256]]),
        (
            "cnn", { try CNN(SampleShape(input: [16, 17], target: .classes(2))) },
            ["fc1.weight": [128, 64], "fc2.bias": [2]]
        ),
        ("lenet5", { try LeNet5(cifar) }, ["conv1.weight": [6, 3, 5, 5], "fc1.weight": [120, 576]]),
        ("lenet5", { try LeNet5(faces) }, ["fc1.weight": [120, 144], "rbf.weight": [3, 84]]),
        (
            "lenet5", { try LeNet5(SampleShape(input: [12, 15], target: .classes(2))) },
            ["fc1.weight": [120, 16]]
        ),
        ("perceptron", { try Perceptron(features) }, ["fc.weight": [70, 13]]),
        ("mlp", { try MLP(cifar) }, ["fc1.weight": [128, 3072], "fc2.weight": [10, 128]]),
        (
            "lstm", { try RecurrentClassifier(.lstm, cifar, hidden: 9) },
            ["lstm.weight_ih_l0": [36, 96], "fc.weight": [10, 9]]
        ),
        (
            "gru",
            { try RecurrentClassifier(.gru, SampleShape(input: [50, 4], target: .classes(3)), hidden: 9) },
            ["gru.weight_ih_l0": [27, 4], "fc.weight": [3, 9]]
        ),
        (
            "row-generator", { try RowGenerator(faces, hidden: 9) },
            ["embedding.weight": [3, 16], "fc.weight": [20, 9]]
        ),
        (
            "digit-reader",
            {
                try DigitReader(
                    SampleShape(input: [3, 8, 24], target: .sequence(length: 2, classes: 5)), hidden: 9)
            },
            ["encoder.weight_ih_l0": [36, 24], "embedding.weight": [6, 16], "fc.weight": [5, 9]]
        ),
    ]

    @Test(arguments: cases.indices)
    func networksAdapt(index: Int) throws {
        let (network, make, shapes) = Self.cases[index]
        let found = try make().namedParameters
        for (name, shape) in shapes {
            #expect(found.first { $0.name == name }?.parameter.shape == shape, "\(network): \(name)")
        }
    }

    static let refusals: [(make: @Sendable () throws -> any Model, sentence: String)] = [
        (
            { try CNN(SampleShape(input: [15, 28], target: .classes(10))) },
            "cnn needs images [rows, columns] or [channels, rows, columns] of at least 16×16, "
                + "but these samples are 15×28, 10 classes"
        ),
        (
            { try LeNet5(SampleShape(input: [3, 28, 11], target: .classes(10))) },
            "lenet5 needs images [rows, columns] or [channels, rows, columns] of at least 12×12, "
                + "but these samples are 3×28×11, 10 classes"
        ),
        (
            { try RecurrentClassifier(.gru, features, hidden: 9) },
            "gru needs sequences [time, features] or images, but these samples are 13, 70 classes"
        ),
        (
            { try Perceptron(SampleShape(input: [13], target: .numbers([2]))) },
            "perceptron needs samples of one class each, but these samples are 13, 2 numbers to tell"
        ),
        (
            { try MLP(SampleShape(input: [13], target: .sequence(length: 3, classes: 5))) },
            "mlp needs samples of one class each, but these samples are 13, 3 labels of 5 classes"
        ),
        (
            { try DigitReader(.mnist, hidden: 9) },
            "digit-reader needs images of a sequence of classes each, but these samples are 28×28, 10 classes"
        ),
        (
            { try RowGenerator(features, hidden: 9) },
            "row-generator needs images, but these samples are 13, 70 classes"
        ),
    ]

    @Test(arguments: refusals.indices)
    func whatDoesNotFitIsRefused(index: Int) {
        let error = #expect(throws: UnsuitableShape.self) { try Self.refusals[index].make() }
        #expect(error?.description == Self.refusals[index].sentence)
    }

    /// A recurrent network sees row after row of a colour image, all channels of it.
    @Test func channelsOfARowStandSideBySide() throws {
        let model = try RecurrentClassifier(.lstm, colour, hidden: 5)
        model.initialize(seed: 1)
        let count = colour.inputCount
        let images = Tensor(shape: [2] + colour.input, (0..<2 * count).map { Float($0 * 37 % 101) / 100 })
        let rows = (0..<2).flatMap { image in
            (0..<17).flatMap { row in
                (0..<3).flatMap { channel in
                    (0..<20).map { images.values[image * count + (channel * 17 + row) * 20 + $0] }
                }
            }
        }
        let plain = try RecurrentClassifier(
            .lstm, SampleShape(input: [17, 60], target: .classes(4)), hidden: 5)
        plain.initialize(seed: 1)
        #expect(model.logits(images).values == plain.logits(Tensor(shape: [2, 17, 60], rows)).values)
    }
}
