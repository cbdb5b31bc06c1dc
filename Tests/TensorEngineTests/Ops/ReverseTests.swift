import TensorEngine
import Testing

@Suite struct ReverseTests {
    @Test(arguments: [0, 1, 2])
    func gradients(axis: Int) {
        checkGradients(inputs: [[3, 2, 5]]) { $0[0].reversed(axis: axis) }
    }

    @Test func gradientsAccumulate() {
        checkGradients(inputs: [[3, 4]]) { $0[0].reversed(axis: 1) * $0[0] }
    }

    @Test func turnsTheAxisRound() {
        let x = Tensor(shape: [2, 3], [1, 2, 3, 4, 5, 6])
        #expect(x.reversed(axis: 0).values == [4, 5, 6, 1, 2, 3])
        #expect(x.reversed(axis: 1).values == [3, 2, 1, 6, 5, 4])
        #expect(x.reversed(axis: 1).reversed(axis: 1).values == x.values)
        #expect(Tensor(zeros: [2, 0]).reversed(axis: 1).shape == [2, 0])
    }

    @Test func refusesAnAxisThatIsNotThere() async throws {
        let result = await #expect(
            processExitsWith: .exitCode(70), observing: [\.standardErrorContent]
        ) {
            _ = Tensor(zeros: [2, 3]).reversed(axis: 2)
        }
        #expect(try #require(result).message.contains("no axis 2 in [2, 3]"))
    }
}
