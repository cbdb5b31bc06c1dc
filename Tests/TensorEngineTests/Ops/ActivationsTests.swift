import TensorEngine
import Testing

@Suite struct ActivationsTests {
    /// The raw values are PyTorch's names.
    enum Function: String, CaseIterable {
        case sigmoid, tanh, relu, exp, gelu, silu, softplus, erf
        case tanhGELU = "gelu_tanh"
        case leakyReLU = "leaky_relu"

        var fixture: String {
            switch self {
            case .sigmoid, .tanh, .relu, .exp: "elementwise"
            default: "activations"
            }
        }

        func callAsFunction(_ x: Tensor) -> Tensor {
            switch self {
            case .sigmoid: TensorEngine.sigmoid(x)
            case .tanh: TensorEngine.tanh(x)
            case .relu: TensorEngine.relu(x)
            case .exp: TensorEngine.exp(x)
            case .gelu: TensorEngine.gelu(x)
            case .tanhGELU: TensorEngine.gelu(x, approximation: .tanh)
            case .silu: TensorEngine.silu(x)
            case .softplus: TensorEngine.softplus(x)
            case .leakyReLU: TensorEngine.leakyReLU(x, slope: 0.1)
            case .erf: TensorEngine.erf(x)
            }
        }
    }

    @Test(arguments: Function.allCases)
    func gradients(function: Function) {
        checkGradients(inputs: [[3, 7]]) { function($0[0]) }
        checkGradients(inputs: [[2, 9]]) { function($0[0]) + function($0[0]) * $0[0] }
    }

    @Test(arguments: Function.allCases)
    func equalsPyTorch(function: Function) throws {
        try Fixture(function.fixture).check(inputs: ["x"], prefix: "\(function.rawValue)_") {
            function($0[0])
        }
    }

    @Test func logarithm() throws {
        checkGradients(inputs: [[3, 7]]) { log($0[0] * $0[0]) }
        checkGradients(inputs: [[3, 7]]) { log($0[0] * $0[0]) + log(exp($0[0])) }
        try Fixture("activations").check(inputs: ["positive"], prefix: "log_") { log($0[0]) }
    }

    @Test func reluHasNoGradientAtZero() {
        let x = Tensor(shape: [3], [-1, 0, 1], requiresGradient: true)
        relu(x).sum().backward()
        #expect(x.gradient == [0, 0, 1])
    }
}
