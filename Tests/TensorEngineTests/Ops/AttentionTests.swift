import TensorEngine
import TestSupport
import Testing

/// What attention is made of: products of pairs of matrices, and softmax over what a mask keeps.
@Suite struct AttentionTests {
    @Test(arguments: [([2, 3, 4], [2, 4, 5]), ([1, 2, 2, 3], [1, 2, 3, 1]), ([3, 1, 1], [3, 1, 2])])
    func gradientsOfProducts(a: [Int], b: [Int]) {
        checkGradients(inputs: [a, b]) { matmul($0[0], $0[1]) }
    }

    @Test func gradientsOfSquares() {
        checkGradients(inputs: [[2, 3, 3]]) { matmul($0[0], $0[0]) + matmul($0[0], $0[0].transposed()) }
    }

    @Test func productsEqualPyTorch() throws {
        try Fixture("batched_matmul").check(inputs: ["a", "b"]) { matmul($0[0], $0[1]) }
    }

    /// What is masked is 0 and passes no gradient.
    @Test func maskedProducts() {
        let mask = causalMask(3)
        checkGradients(inputs: [[2, 3, 4], [2, 4, 3]]) { matmul($0[0], $0[1], mask: mask) }
        checkGradients(inputs: [[3, 4], [4, 3]]) { matmul($0[0], $0[1], mask: mask) }
        let (a, b) = (randomLeaf([2, 3, 4]), randomLeaf([2, 4, 3], seed: 2))
        let (all, kept) = (matmul(a, b).values, matmul(a, b, mask: mask).values)
        for index in 0..<18 {
            #expect(kept[index] == (index % 3 <= index / 3 % 3 ? all[index] : 0))
        }
    }

    @Test func causalMasksKeepThePast() {
        #expect(causalMask(3).values == [1, 0, 0, 1, 1, 0, 1, 1, 1])
        #expect(causalMask(0).shape == [0, 0])
    }

    @Test func gradientsOfMaskedSoftmax() {
        checkGradients(inputs: [[2, 4, 4]]) { softmax($0[0], mask: causalMask(4)) }
        let perSample = Tensor(shape: [2, 1, 3], [1, 0, 1, 1, 1, 0])
        checkGradients(inputs: [[2, 4, 3]]) { softmax($0[0], mask: perSample) * $0[0] }
    }

    @Test func maskedSoftmaxEqualsPyTorch() throws {
        try Fixture("causal_softmax").check(inputs: ["x"]) { softmax($0[0], mask: causalMask(5)) }
        let fixture = try Fixture("masked_softmax")
        let mask = try fixture.leaf("mask")
        try fixture.check(inputs: ["x"]) { softmax($0[0], mask: mask) }
    }

    @Test func aRowWithoutAnyElementIsZero() {
        let x = randomLeaf([2, 3])
        let y = softmax(x, mask: Tensor(shape: [2, 3], [1, 1, 1, 0, 0, 0]))
        weightedSum(y, [1, 2, 3, 4, 5, 6]).backward()
        #expect(y.values[3...] == [0, 0, 0] && x.gradient[3...] == [0, 0, 0])
    }

    @Test func refusesMasksOfOtherShapes() async throws {
        let result = await #expect(processExitsWith: .exitCode(70), observing: [\.standardErrorContent]) {
            _ = softmax(Tensor(zeros: [2, 4, 4]), mask: causalMask(3))
        }
        #expect(try #require(result).message.contains("softmax: mask [3, 3] does not fit input [2, 4, 4]"))
    }

    @Test func refusesPairsOfDifferentNumbers() async throws {
        let result = await #expect(processExitsWith: .exitCode(70), observing: [\.standardErrorContent]) {
            _ = matmul(Tensor(zeros: [2, 3, 4]), Tensor(zeros: [3, 4, 5]))
        }
        #expect(try #require(result).message.contains("matmul: [2, 3, 4] does not fit [3, 4, 5]"))
    }
}
