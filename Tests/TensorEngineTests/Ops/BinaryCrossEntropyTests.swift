import TensorEngine
import Testing

@Suite struct BinaryCrossEntropyTests {
    /// Targets come as inputs, but no gradient flows to them.
    @Test(arguments: [1, 7, 40])
    func gradients(count: Int) {
        let targets = Tensor(shape: [count], (0..<count).map { Float($0 % 5) / 4 })
        checkGradients(inputs: [[count]]) { binaryCrossEntropy($0[0], targets) }
    }

    @Test func gradientsAccumulate() {
        let targets = Tensor(shape: [2, 3], [0, 1, 0.5, 1, 0, 0.25])
        checkGradients(inputs: [[2, 3]]) {
            binaryCrossEntropy($0[0], targets) * binaryCrossEntropy($0[0] * $0[0], targets)
        }
    }

    @Test func equalsPyTorch() throws {
        let fixture = try Fixture("binary_cross_entropy")
        let targets = try fixture.leaf("targets")
        try fixture.check(inputs: ["logits"], output: "loss", upstream: nil) {
            binaryCrossEntropy($0[0], targets)
        }
    }

    @Test func isFiniteForEveryFiniteLogit() {
        let x = Tensor(
            shape: [4], [.greatestFiniteMagnitude, -.greatestFiniteMagnitude, 1e30, -1e30],
            requiresGradient: true)
        let loss = binaryCrossEntropy(x, Tensor(shape: [4], [1, 0, 1, 0]))
        #expect(abs(loss.item) < 1e-30)
        loss.backward()
        #expect(x.gradient.allSatisfy { abs($0) < 1e-30 })
    }

    @Test func refusesAnotherNumberOfTargets() async throws {
        let result = await #expect(
            processExitsWith: .exitCode(70), observing: [\.standardErrorContent]
        ) {
            _ = binaryCrossEntropy(Tensor(zeros: [2, 3]), Tensor(zeros: [3, 2]))
        }
        #expect(try #require(result).message.contains("logits [2, 3] do not fit targets [3, 2]"))
    }
}
