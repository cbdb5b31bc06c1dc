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
}
