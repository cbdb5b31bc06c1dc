import TensorEngine
import Testing

@Suite struct MeanSquaredErrorTests {
    @Test(arguments: [[5], [3, 4], [2, 3, 2]])
    func gradients(shape: [Int]) {
        let targets = Tensor(shape: shape, (0..<shape.reduce(1, *)).map { Float($0 % 5) / 4 })
        checkGradients(inputs: [shape]) { meanSquaredError($0[0], targets) }
        checkGradients(inputs: [shape]) {
            meanSquaredError($0[0], targets) * meanSquaredError($0[0] * $0[0], targets)
        }
    }

    @Test func equalsPyTorch() throws {
        let fixture = try Fixture("mean_squared_error")
        let targets = try fixture.leaf("targets")
        try fixture.check(inputs: ["x"], output: "loss", upstream: nil) { meanSquaredError($0[0], targets) }
    }

    /// Means are over a sample's values, sums over samples.
    @Test func isSummedOverSamples() {
        let loss = meanSquaredError(
            Tensor(shape: [2, 2], [1, 3, 0, 0]), Tensor(shape: [2, 2], [0, 0, 0, 4]))
        #expect(loss.item == (1 + 9) / 2 + 16 / 2)
    }

    @Test func refusesTargetsOfAnotherShape() async throws {
        let result = await #expect(processExitsWith: .exitCode(70), observing: [\.standardErrorContent]) {
            _ = meanSquaredError(Tensor(zeros: [2, 1]), Tensor(zeros: [2]))
        }
        #expect(try #require(result).message.contains("predictions [2, 1] do not fit targets [2]"))
    }
}
