import NN
import TensorEngine
import Testing

@Suite struct IllustrationTests {
    static let cases:
        [(name: String, make: @Sendable () throws -> any Illustrated, shapes: [String: [Int]])] = [
            ("lstm", { try RecurrentClassifier(.lstm, .mnist, hidden: 7) }, ["lstm states": [2, 28, 7]]),
            ("perceptron", { try Perceptron(.mnist) }, ["fc filters": [10, 28, 28]]),
            ("mlp", { try MLP(.mnist, hidden: 6) }, ["fc1 filters": [6, 28, 28]]),
            (
                "cnn", { try CNN(.mnist) },
                [
                    "conv1 featureMaps": [2, 32, 24, 24], "conv1 pooledMaps": [2, 32, 12, 12],
                    "conv1 filters": [32, 5, 5],
                ]
            ),
            (
                "lenet5", { try LeNet5(.mnist) },
                [
                    "conv1 featureMaps": [2, 6, 28, 28], "conv1 pooledMaps": [2, 6, 14, 14],
                    "conv1 filters": [6, 5, 5],
                ]
            ),
            ("row-generator", { try RowGenerator(.mnist, hidden: 7) }, ["fc pictures": [10, 28, 28]]),
            ("digit-reader", { try DigitReader(strips(of: 1), hidden: 7) }, ["encoder states": [2, 28, 7]]),
        ]

    @Test(arguments: cases.indices)
    func showsWhatItPromises(index: Int) throws {
        let (name, make, shapes) = Self.cases[index]
        let model = try make()
        model.initialize(seed: 1)
        let images = Tensor(shape: [2, 28, 28], (0..<2 * 784).map { Float($0 % 29) / 28 })
        let shown = model.illustrations(of: images)
        #expect(
            Dictionary(uniqueKeysWithValues: shown.map { ("\($0.layer) \($0.content)", $0.tensor.shape) })
                == shapes, "\(name)")
        for illustration in shown {
            #expect(illustration.tensor.values.contains { $0 != 0 })
            switch illustration.content {
            case .featureMaps, .pooledMaps: #expect(illustration.tensor.values.allSatisfy { $0 >= 0 })
            case .states: #expect(illustration.tensor.values.allSatisfy { abs($0) <= 1 })
            case .pictures: #expect(illustration.tensor.values.allSatisfy { (0...1).contains($0) })
            case .filters: #expect(illustration.tensor.shape.count == 3)
            }
        }
    }
}
