import TensorEngine
import Testing

@Suite struct SoftmaxTests {
    @Test(arguments: [[5], [3, 4], [2, 3, 9]])
    func gradients(shape: [Int]) {
        checkGradients(inputs: [shape]) { softmax($0[0]) }
    }

    @Test func gradientsAccumulate() {
        checkGradients(inputs: [[3, 4]]) { softmax($0[0]) * $0[0] + softmax($0[0]) }
    }

    @Test func equalsPyTorch() throws {
        try Fixture("elementwise").check(inputs: ["x"], prefix: "softmax_") { softmax($0[0]) }
    }

    @Test func doesNotOverflow() {
        let y = softmax(Tensor(shape: [2, 2], [1e30, 1e30, -1e30, -1e30]))
        #expect(y.values == [0.5, 0.5, 0.5, 0.5])
    }
}
