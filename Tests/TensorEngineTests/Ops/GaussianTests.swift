import TensorEngine
import Testing

@Suite struct GaussianTests {
    @Test(arguments: [(1, 1, 1), (3, 5, 2), (2, 17, 10)])
    func gradients(n: Int, features: Int, classes: Int) {
        checkGradients(inputs: [[n, features], [classes, features]], tolerance: 1e-3) {
            gaussian($0[0], weight: $0[1])
        }
    }

    @Test func equalsPyTorch() throws {
        try Fixture("gaussian").check(inputs: ["x", "weight"]) { gaussian($0[0], weight: $0[1]) }
    }

    @Test func refusesCentresOfAnotherLength() async throws {
        let result = await #expect(processExitsWith: .exitCode(70), observing: [\.standardErrorContent]) {
            _ = gaussian(Tensor(zeros: [2, 84]), weight: Tensor(zeros: [84, 10]))
        }
        #expect(try #require(result).message.contains("input [2, 84] does not fit centres [84, 10]"))
    }
}
