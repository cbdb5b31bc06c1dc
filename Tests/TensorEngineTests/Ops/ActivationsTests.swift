import TensorEngine
import Testing

@Suite struct ActivationsTests {
    /// The raw values are PyTorch's names.
    enum Activation: String, CaseIterable {
        case sigmoid, tanh, relu

        func callAsFunction(_ x: Tensor) -> Tensor {
            switch self {
            case .sigmoid: TensorEngine.sigmoid(x)
            case .tanh: TensorEngine.tanh(x)
            case .relu: TensorEngine.relu(x)
            }
        }
    }

    @Test(arguments: Activation.allCases)
    func gradients(activation: Activation) {
        checkGradients(inputs: [[3, 7]]) { activation($0[0]) }
        checkGradients(inputs: [[2, 9]]) { activation($0[0]) + activation($0[0]) * $0[0] }
    }

    @Test(arguments: Activation.allCases)
    func equalsPyTorch(activation: Activation) throws {
        try Fixture("elementwise").check(inputs: ["x"], prefix: "\(activation.rawValue)_") {
            activation($0[0])
        }
    }

    @Test func reluHasNoGradientAtZero() {
        let x = Tensor(shape: [3], [-1, 0, 1], requiresGradient: true)
        relu(x).sum().backward()
        #expect(x.gradient == [0, 0, 1])
    }
}
