import TensorEngine
import Testing

@Suite struct ArgMaxTests {
    @Test func takesTheFirstOfEqualOnes() {
        let x = Tensor(shape: [4, 3], [1, 2, 3, 5, 4, 5, -1, -1, -1, -3, -2, -.infinity])
        #expect(argmax(x).values == [2, 0, 0, 1])
    }

    @Test func letsNoGradientThrough() {
        let x = randomLeaf([2, 3])
        #expect(!argmax(x).requiresGradient)
        (argmax(x).sum() + x.sum()).backward()
        #expect(x.gradient == [Float](repeating: 1, count: 6))
    }

    @Test func refusesRowsOfNothing() async throws {
        let result = await #expect(
            processExitsWith: .exitCode(70), observing: [\.standardErrorContent]
        ) {
            _ = argmax(Tensor(zeros: [2, 0]))
        }
        #expect(try #require(result).message.contains("argmax needs [n, classes ≥ 1], got [2, 0]"))
    }
}
