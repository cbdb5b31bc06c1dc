import TensorEngine
import Testing

@Suite struct LinearTests {
    @Test(arguments: [(1, 1, 1), (4, 3, 2), (3, 17, 9)])
    func gradients(n: Int, inputs: Int, outputs: Int) {
        checkGradients(inputs: [[n, inputs], [outputs, inputs], [outputs]]) {
            linear($0[0], weight: $0[1], bias: $0[2])
        }
    }

    @Test func equalsPyTorch() throws {
        try Fixture("linear").check(inputs: ["x", "weight", "bias"]) {
            linear($0[0], weight: $0[1], bias: $0[2])
        }
    }

    @Test func refusesATransposedWeight() async throws {
        let result = await #expect(
            processExitsWith: .failure, observing: [\.standardErrorContent]
        ) {
            _ = linear(Tensor(zeros: [2, 3]), weight: Tensor(zeros: [3, 5]), bias: Tensor(zeros: [5]))
        }
        let message = try #require(result).message
        #expect(message.contains("linear needs [n, in], [out, in], [out], got [2, 3], [3, 5], [5]"))
    }
}
