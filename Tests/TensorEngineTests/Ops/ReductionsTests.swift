import TensorEngine
import Testing

@Suite struct ReductionsTests {
    static let shapes: [[Int]] = [[], [1], [5], [2, 3], [2, 3, 4], [3, 1, 9]]
    static let axes = shapes.flatMap { shape in shape.indices.map { (shape, $0) } }

    @Test(arguments: shapes)
    func gradientsOverAllAxes(shape: [Int]) {
        checkGradients(inputs: [shape]) { $0[0].sum() }
        checkGradients(inputs: [shape]) { $0[0].mean() }
    }

    @Test(arguments: axes)
    func gradientsAlongAnAxis(shape: [Int], axis: Int) {
        checkGradients(inputs: [shape]) { $0[0].sum(axis: axis) }
        checkGradients(inputs: [shape]) { $0[0].mean(axis: axis) }
    }

    @Test func reducesTheAxisGiven() {
        let x = Tensor(shape: [2, 3], [1, 2, 3, 10, 20, 30])
        #expect(x.sum().item == 66 && x.mean().item == 11)
        #expect(x.sum(axis: 0).shape == [3] && x.sum(axis: 0).values == [11, 22, 33])
        #expect(x.sum(axis: 1).shape == [2] && x.sum(axis: 1).values == [6, 60])
        #expect(x.mean(axis: 1).values == [2, 20])
    }

    @Test func addsInOrder() {
        let x = Tensor(shape: [3], [0x1p24, 1, 1])  // in order, each 1 is rounded away
        #expect(x.sum().item == 0x1p24)
    }

    @Test func refusesAnAxisThatIsNotThere() async throws {
        let result = await #expect(
            processExitsWith: .exitCode(70), observing: [\.standardErrorContent]
        ) {
            _ = Tensor(zeros: [2, 3]).sum(axis: 2)
        }
        #expect(try #require(result).message.contains("no axis 2 in [2, 3]"))
    }
}
