import TensorEngine
import Testing

@Suite struct GRUTests {
    /// - Parameter tensors: x, W, U, b, c, and perhaps the initial state.
    static func run(_ tensors: [Tensor], returning output: SequenceOutput = .all) -> Tensor {
        gru(
            tensors[0], inputWeight: tensors[1], hiddenWeight: tensors[2], inputBias: tensors[3],
            hiddenBias: tensors[4], initialHidden: tensors.count > 5 ? tensors[5] : nil, returning: output)
    }

    static func shapes(batch: Int, time: Int, features: Int, hidden: Int) -> [[Int]] {
        [
            [batch, time, features], [3 * hidden, features], [3 * hidden, hidden], [3 * hidden],
            [3 * hidden],
        ]
    }

    @Test(arguments: [(1, 2, 1, 1), (2, 3, 3, 2), (3, 4, 2, 5)])
    func gradients(batch: Int, time: Int, features: Int, hidden: Int) {
        let shapes = Self.shapes(batch: batch, time: time, features: features, hidden: hidden)
        checkGradients(inputs: shapes, scale: 0.5) { Self.run($0) }
        checkGradients(inputs: shapes, scale: 0.5) { Self.run($0, returning: .last) }
    }

    @Test(arguments: [1, 3])
    func gradientsFromAnInitialState(time: Int) {
        let shapes = Self.shapes(batch: 2, time: time, features: 3, hidden: 4) + [[2, 4]]
        checkGradients(inputs: shapes, scale: 0.5) { Self.run($0) }
        checkGradients(inputs: shapes, scale: 0.5) { Self.run($0, returning: .last) }
    }

    /// The reset gate's bias c of the candidate acts even where there is no state to reset.
    @Test func gradientsOfOneStep() {
        let shapes = Self.shapes(batch: 2, time: 1, features: 3, hidden: 2)
        let hiddenWeight = randomLeaf(shapes[2])
        checkGradients(inputs: [shapes[0], shapes[1], shapes[3], shapes[4]]) {
            Self.run([$0[0], $0[1], hiddenWeight, $0[2], $0[3]])
        }
        #expect(hiddenWeight.gradient.allSatisfy { $0 == 0 })
    }

    @Test func gradientsOfTwoLayersThatShareWeights() {
        checkGradients(inputs: Self.shapes(batch: 2, time: 3, features: 2, hidden: 2), scale: 0.5) {
            Self.run([Self.run($0)] + $0[1...])
        }
    }

    @Test func equalsPyTorchOver28Steps() throws {
        let names = ["x", "weight_ih_l0", "weight_hh_l0", "bias_ih_l0", "bias_hh_l0"]
        try Fixture("gru").check(inputs: names) { Self.run($0) }
    }

    @Test func refusesTheWeightsOfAnLSTM() async throws {
        let result = await #expect(
            processExitsWith: .exitCode(70), observing: [\.standardErrorContent]
        ) {
            let shapes = LSTMTests.shapes(batch: 1, time: 2, features: 3, hidden: 2)
            _ = GRUTests.run(shapes.map { randomLeaf($0) })
        }
        let message = try #require(result).message
        #expect(message.contains("gru needs [batch, time ≥ 1, features], [3·hidden, features]"))
        #expect(message.contains("got [1, 2, 3], [[8, 3], [8, 2], [8], [8]]"))
    }
}
