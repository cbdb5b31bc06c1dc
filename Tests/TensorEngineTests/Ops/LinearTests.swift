import TensorEngine
import TestSupport
import Testing

@Suite struct LinearTests {
    @Test(arguments: [(1, 1, 1), (4, 3, 2), (3, 17, 9)])
    func gradients(n: Int, inputs: Int, outputs: Int) {
        checkGradients(inputs: [[n, inputs], [outputs, inputs], [outputs]]) {
            linear($0[0], weight: $0[1], bias: $0[2])
        }
    }

    /// Its gradients are summed whole: later ones are added.
    @Test func gradientsOfAWeightUsedTwice() {
        checkGradients(inputs: [[3, 4], [4, 4], [4]]) {
            linear(tanh(linear($0[0], weight: $0[1], bias: $0[2])), weight: $0[1], bias: $0[2])
        }
    }

    /// Few samples lie along the vectors, of more the outputs do: from both sides of where that changes, and in more than
    /// one block of samples.
    @Test(arguments: [(1, 1), (16, 16), (28, 100), (100, 10), (300, 40), (257, 128)])
    func aSampleHasTheSameBitsInABatchOfAnySize(inputs: Int, outputs: Int) {
        let all = awayFromZero(40 * inputs)
        let (weight, bias) = (randomLeaf([outputs, inputs], seed: 2), randomLeaf([outputs], seed: 3))
        func run(_ samples: Range<Int>) -> [Float] {
            let values = Array(all[samples.lowerBound * inputs..<samples.upperBound * inputs])
            return linear(Tensor(shape: [samples.count, inputs], values), weight: weight, bias: bias).values
        }
        let alone = (0..<40).map { run($0..<$0 + 1) }
        for count in 1...40 { #expect(bits(run(0..<count)) == bits(alone[..<count].flatMap { $0 })) }
    }

    @Test func equalsPyTorch() throws {
        try Fixture("linear").check(inputs: ["x", "weight", "bias"]) {
            linear($0[0], weight: $0[1], bias: $0[2])
        }
    }

    @Test func refusesATransposedWeight() async throws {
        let result = await #expect(
            processExitsWith: .exitCode(70), observing: [\.standardErrorContent]
        ) {
            _ = linear(Tensor(zeros: [2, 3]), weight: Tensor(zeros: [3, 5]), bias: Tensor(zeros: [5]))
        }
        let message = try #require(result).message
        #expect(message.contains("linear: input [2, 3] does not fit weight [3, 5]"))
    }
}
