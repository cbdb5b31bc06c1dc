import TensorEngine
import Testing

@Suite struct SliceTests {
    @Test(arguments: [(0, 1..<3), (1, 0..<1), (1, 1..<2), (2, 1..<4), (2, 0..<5)])
    func gradients(axis: Int, range: Range<Int>) {
        checkGradients(inputs: [[3, 2, 5]]) { $0[0].sliced(axis: axis, range) }
    }

    @Test func gradientsOfOverlappingSlices() {
        checkGradients(inputs: [[4, 3]]) { $0[0].sliced(axis: 0, 0..<3) * $0[0].sliced(axis: 0, 1..<4) }
    }

    @Test func takesTheEntriesOfTheRange() {
        let x = Tensor(shape: [2, 3], [1, 2, 3, 4, 5, 6])
        #expect(x.sliced(axis: 0, 1..<2).values == [4, 5, 6])
        #expect(x.sliced(axis: 1, 1..<3).values == [2, 3, 5, 6])
        #expect(x.sliced(axis: 1, 2..<2).shape == [2, 0])
    }

    @Test func refusesARangeBeyondTheAxis() async throws {
        let result = await #expect(
            processExitsWith: .exitCode(70), observing: [\.standardErrorContent]
        ) {
            _ = Tensor(zeros: [2, 3]).sliced(axis: 1, 2..<4)
        }
        #expect(try #require(result).message.contains("no slice 2..<4 along axis 1 of [2, 3]"))
    }
}
