import TensorEngine
import Testing

@Suite struct ConcatenateTests {
    @Test(arguments: [(0, [2, 1, 3]), (1, [1, 2]), (2, [4]), (1, [0, 3])])
    func gradients(axis: Int, sizes: [Int]) {
        let shapes = sizes.map { size in (0..<3).map { $0 == axis ? size : 2 } }
        // A part without values has no influence to check.
        checkGradients(inputs: shapes.filter { !$0.contains(0) }) { parts in
            concatenate(
                shapes.contains { $0.contains(0) } ? [Tensor(zeros: shapes[0])] + parts : parts, axis: axis)
        }
    }

    @Test func gradientsOfOneTensorTwice() {
        checkGradients(inputs: [[2, 3]]) { concatenate([$0[0], $0[0] * $0[0]], axis: 1) }
    }

    @Test func equalsPyTorch() throws {
        try Fixture("concatenate").check(inputs: ["a", "b", "c"]) {
            concatenate([$0[0], $0[1], $0[2].transposed()], axis: 1)
        }
    }

    @Test func refusesShapesThatDifferElsewhere() async throws {
        let result = await #expect(
            processExitsWith: .exitCode(70), observing: [\.standardErrorContent]
        ) {
            _ = concatenate([Tensor(zeros: [2, 3]), Tensor(zeros: [3, 3])], axis: 1)
        }
        #expect(try #require(result).message.contains("differ along axis 1 alone, got [[2, 3], [3, 3]]"))
    }
}
