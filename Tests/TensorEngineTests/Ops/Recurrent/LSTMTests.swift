import TensorEngine
import Testing

@Suite struct LSTMTests {
    static func run(_ tensors: [Tensor]) -> Tensor {
        lstm(
            tensors[0], inputWeight: tensors[1], hiddenWeight: tensors[2], inputBias: tensors[3],
            hiddenBias: tensors[4])
    }

    static func shapes(batch: Int, time: Int, features: Int, hidden: Int) -> [[Int]] {
        [
            [batch, time, features], [4 * hidden, features], [4 * hidden, hidden], [4 * hidden],
            [4 * hidden],
        ]
    }

    @Test(arguments: [(1, 2, 1, 1), (2, 3, 3, 2), (3, 4, 2, 5)])
    func gradients(batch: Int, time: Int, features: Int, hidden: Int) {
        let shapes = Self.shapes(batch: batch, time: time, features: features, hidden: hidden)
        checkGradients(inputs: shapes, scale: 0.5, Self.run)
    }

    /// One step never uses the hidden weight.
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
        try Fixture("lstm").check(inputs: names, Self.run)
    }

    /// A step does not depend on later ones.
    @Test func stepsAreCausal() {
        let shapes = Self.shapes(batch: 2, time: 5, features: 3, hidden: 4)
        let inputs = shapes.enumerated().map { randomLeaf($1, seed: UInt64($0)) }
        let before = Self.run(inputs).sliced(axis: 1, 0..<3).values
        for sample in 0..<2 {
            for late in 9..<15 { inputs[0].pointer[sample * 15 + late] = 7 }
        }
        #expect(Self.run(inputs).sliced(axis: 1, 0..<3).values == before)
    }

    @Test func refusesASequenceOfNoSteps() async throws {
        let result = await #expect(
            processExitsWith: .exitCode(70), observing: [\.standardErrorContent]
        ) {
            let shapes = LSTMTests.shapes(batch: 2, time: 0, features: 3, hidden: 1)
            _ = LSTMTests.run(shapes.map { randomLeaf($0) })
        }
        #expect(try #require(result).message.contains("lstm needs [batch, time ≥ 1, features]"))
    }

    @Test func refusesWeightsOfAnotherHiddenSize() async throws {
        let result = await #expect(
            processExitsWith: .exitCode(70), observing: [\.standardErrorContent]
        ) {
            _ = lstm(
                Tensor(zeros: [2, 5, 3]), inputWeight: Tensor(zeros: [8, 3]),
                hiddenWeight: Tensor(zeros: [12, 3]), inputBias: Tensor(zeros: [8]),
                hiddenBias: Tensor(zeros: [8]))
        }
        #expect(try #require(result).message.contains("got [2, 5, 3], [[8, 3], [12, 3], [8], [8]]"))
    }

    /// Backward overwrites the activations it reads, so that a step needs no second copy of them.
    @Test func refusesASecondBackwardWithoutForward() async throws {
        let result = await #expect(
            processExitsWith: .failure, observing: [\.standardErrorContent]
        ) {
            let shapes = LSTMTests.shapes(batch: 1, time: 2, features: 1, hidden: 1)
            let recording = Recording(of: LSTMTests.run(shapes.map { randomLeaf($0) }).sum())
            recording.backward()
            recording.backward()
        }
        #expect(try #require(result).message.contains("needs a forward pass before each backward pass"))
    }
}
