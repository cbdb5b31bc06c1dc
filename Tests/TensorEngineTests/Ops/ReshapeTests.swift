import TensorEngine
import Testing

@Suite struct ReshapeTests {
    @Test func gradients() {
        checkGradients(inputs: [[2, 6]]) { $0[0].reshaped(to: [3, 4]) * $0[0].reshaped(to: [3, 4]) }
        checkGradients(inputs: [[2, 3, 4]]) { $0[0].flattened() }
        checkGradients(inputs: [[1]]) { $0[0].reshaped(to: []) }
    }

    @Test func keepsRowMajorOrder() {
        let x = Tensor(shape: [2, 2, 2], [1, 2, 3, 4, 5, 6, 7, 8])
        #expect(x.reshaped(to: [4, 2]).values == x.values)
        #expect(x.flattened().shape == [2, 4] && x.flattened().values == x.values)
        #expect(Tensor(zeros: [3]).flattened().shape == [3, 1])
    }

    @Test func refusesAnotherCount() async throws {
        let result = await #expect(
            processExitsWith: .exitCode(70), observing: [\.standardErrorContent]
        ) {
            _ = Tensor(zeros: [2, 3]).reshaped(to: [4, 2])
        }
        #expect(try #require(result).message.contains("cannot reshape [2, 3] to [4, 2]: 6 values"))
    }
}
