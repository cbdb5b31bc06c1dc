import TensorEngine
import Testing

@Suite struct TransposeTests {
    @Test(arguments: [[2, 3], [3, 1, 4], [2, 9, 17]])
    func gradients(shape: [Int]) {
        checkGradients(inputs: [shape]) { $0[0].transposed() }
    }

    @Test func gradientsAccumulate() {
        checkGradients(inputs: [[3, 3]]) { $0[0].transposed() * $0[0] }
    }

    @Test func swapsTheLastTwoAxes() {
        let x = Tensor(shape: [2, 2, 3], (0..<12).map(Float.init))
        #expect(x.transposed().shape == [2, 3, 2])
        #expect(x.transposed().values == [0, 3, 1, 4, 2, 5, 6, 9, 7, 10, 8, 11])
    }

    @Test(arguments: [(0, 1), (0, 2), (1, 2), (1, 3), (3, 0), (2, 3)])
    func gradientsOfTwoAxes(first: Int, second: Int) {
        checkGradients(inputs: [[2, 3, 2, 4]]) { $0[0].transposed(first, second) }
        checkGradients(inputs: [[2, 2, 2, 2]]) { $0[0].transposed(first, second) * $0[0] }
    }

    @Test func swapsAnyTwoAxes() {
        let x = Tensor(shape: [2, 2, 1, 3], (0..<12).map(Float.init))
        #expect(x.transposed(0, 1).values == [0, 1, 2, 6, 7, 8, 3, 4, 5, 9, 10, 11])
        #expect(x.transposed(3, 1).shape == [2, 3, 1, 2])
        #expect(x.transposed(3, 1).values == [0, 3, 1, 4, 2, 5, 6, 9, 7, 10, 8, 11])
        #expect(x.transposed(2, 3).values == x.transposed().values)
    }

    @Test func refusesAxesThatAreNotThere() async throws {
        let result = await #expect(processExitsWith: .exitCode(70), observing: [\.standardErrorContent]) {
            _ = Tensor(zeros: [2, 3]).transposed(1, 2)
        }
        #expect(try #require(result).message.contains("no axes 1 and 2 to swap in [2, 3]"))
    }
}
