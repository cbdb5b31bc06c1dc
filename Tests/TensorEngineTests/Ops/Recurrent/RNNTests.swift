import TensorEngine
import Testing

@Suite struct RNNTests {
    /// - Parameter tensors: x, W, U, b, c, and perhaps the initial state.
    static func run(
        _ tensors: [Tensor], _ activation: RecurrentActivation = .tanh,
        returning output: SequenceOutput = .all
    ) -> Tensor {
        rnn(
            tensors[0], inputWeight: tensors[1], hiddenWeight: tensors[2], inputBias: tensors[3],
            hiddenBias: tensors[4], activation: activation,
            initialHidden: tensors.count > 5 ? tensors[5] : nil, returning: output)
    }

    static func shapes(batch: Int, time: Int, features: Int, hidden: Int) -> [[Int]] {
        [[batch, time, features], [hidden, features], [hidden, hidden], [hidden], [hidden]]
    }

    @Test(arguments: [(1, 2, 1, 1), (2, 3, 3, 2), (3, 4, 2, 5)])
    func gradients(batch: Int, time: Int, features: Int, hidden: Int) {
        let shapes = Self.shapes(batch: batch, time: time, features: features, hidden: hidden)
        checkGradients(inputs: shapes, scale: 0.5) { Self.run($0) }
        checkGradients(inputs: shapes, scale: 0.5) { Self.run($0, returning: .last) }
    }

    @Test(arguments: [1, 3], [RecurrentActivation.tanh, .relu])
    func gradientsFromAnInitialState(time: Int, activation: RecurrentActivation) {
        let shapes = Self.shapes(batch: 2, time: time, features: 3, hidden: 4) + [[2, 4]]
        checkGradients(inputs: shapes, scale: 0.5) { Self.run($0, activation) }
        checkGradients(inputs: shapes, scale: 0.5) { Self.run($0, activation, returning: .last) }
    }

    @Test func gradientsOfTwoLayersThatShareWeights() {
        checkGradients(inputs: Self.shapes(batch: 2, time: 3, features: 2, hidden: 2), scale: 0.5) {
            Self.run([Self.run($0)] + $0[1...])
        }
    }

    @Test(arguments: [("rnn", RecurrentActivation.tanh), ("rnn_relu", .relu)])
    func equalsPyTorchOver28Steps(name: String, activation: RecurrentActivation) throws {
        let names = ["x", "weight_ih_l0", "weight_hh_l0", "bias_ih_l0", "bias_hh_l0"]
        try Fixture(name).check(inputs: names) { Self.run($0, activation) }
    }

    @Test func refusesAStateOfAnotherBatch() async throws {
        let result = await #expect(
            processExitsWith: .exitCode(70), observing: [\.standardErrorContent]
        ) {
            let shapes = RNNTests.shapes(batch: 2, time: 2, features: 3, hidden: 4) + [[3, 4]]
            _ = RNNTests.run(shapes.map { randomLeaf($0) })
        }
        #expect(try #require(result).message.contains("initial states [batch, hidden], got [2, 2, 3]"))
    }
}
