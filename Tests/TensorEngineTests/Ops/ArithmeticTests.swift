import TensorEngine
import Testing

@Suite struct ArithmeticTests {
    /// The raw values are PyTorch's names.
    enum Operation: String, CaseIterable {
        case add, sub, mul, div

        func callAsFunction(_ a: Tensor, _ b: Tensor) -> Tensor {
            switch self {
            case .add: a + b
            case .sub: a - b
            case .mul: a * b
            case .div: a / b
            }
        }
    }

    static let shapes: [[[Int]]] = [
        [[3], [3]], [[2, 3], [3]], [[3], [2, 3]], [[2, 1], [3]], [[], [2, 2]], [[2, 2], []], [[], []],
        [[3, 1, 4], [5, 1]], [[1, 1], [2, 3]], [[2, 3, 4], [2, 1, 4]],
    ]

    @Test(arguments: Operation.allCases, shapes)
    func gradients(operation: Operation, shapes: [[Int]]) {
        checkGradients(inputs: shapes) { operation($0[0], $0[1]) }
    }

    @Test(arguments: Operation.allCases)
    func equalsPyTorch(operation: Operation) throws {
        try Fixture("elementwise").check(
            inputs: ["a", "b"], prefix: "\(operation.rawValue)_", upstream: "broadcast_output_gradient"
        ) { operation($0[0], $0[1]) }
    }

    @Test(arguments: Operation.allCases)
    func gradientsOfATensorWithItself(operation: Operation) {
        checkGradients(inputs: [[2, 3]]) { operation($0[0], $0[0]) + $0[0] }
    }

    @Test func nothingBroadcastsToNothing() {
        let (none, some) = (randomLeaf([0, 3]), randomLeaf([1, 3]))
        let sum = none + some
        sum.sum().backward()
        #expect(sum.shape == [0, 3] && sum.values == [])
        #expect(some.gradient == [0, 0, 0])
    }

    /// b² leaves a Float's range long before ∂(a/b)/∂b does.
    @Test(arguments: [1e-21, 1e21] as [Float])
    func quotientOfExtremesHasAFiniteGradient(value: Float) {
        let (a, b) = (Tensor(shape: [], [value]), Tensor(shape: [], [value], requiresGradient: true))
        (a / b).backward()
        #expect(abs(b.gradient[0] * value + 1) < 1e-6)
    }

    @Test func refusesShapesThatDoNotBroadcast() async throws {
        let result = await #expect(
            processExitsWith: .exitCode(70), observing: [\.standardErrorContent]
        ) {
            _ = Tensor(zeros: [2, 3]) + Tensor(zeros: [3, 2])
        }
        #expect(try #require(result).message.contains("add: shapes [2, 3] and [3, 2] do not broadcast"))
    }
}
