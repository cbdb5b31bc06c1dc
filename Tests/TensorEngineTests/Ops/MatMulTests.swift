import TensorEngine
import Testing

@Suite struct MatMulTests {
    @Test(arguments: [(1, 1, 1), (2, 3, 4), (5, 1, 3), (3, 9, 2)])
    func gradients(m: Int, k: Int, n: Int) {
        checkGradients(inputs: [[m, k], [k, n]]) { matmul($0[0], $0[1]) }
    }

    @Test func gradientsOfASquare() {
        checkGradients(inputs: [[3, 3]]) { matmul($0[0], $0[0]) }
    }

    @Test func multipliesRowsByColumns() {
        let product = matmul(
            Tensor(shape: [2, 3], [1, 2, 3, 4, 5, 6]), Tensor(shape: [3, 1], [1, 10, 100]))
        #expect(product.shape == [2, 1] && product.values == [321, 654])
    }

    @Test func refusesInnerSizesThatDiffer() async throws {
        let result = await #expect(
            processExitsWith: .exitCode(70), observing: [\.standardErrorContent]
        ) {
            _ = matmul(Tensor(zeros: [2, 3]), Tensor(zeros: [2, 3]))
        }
        let message = try #require(result).message
        #expect(message.contains("matmul: [2, 3] does not fit [2, 3]: they are […, m, k]"))
    }
}
