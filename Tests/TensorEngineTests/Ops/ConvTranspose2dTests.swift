import TensorEngine
import TestSupport
import Testing

/// One transposed convolution.
struct TransposedCase: CustomTestStringConvertible {
    var x: [Int]
    var filters: Int
    var kernel: (Int, Int)
    var stride = 1
    var padding = 0
    var outputPadding = 0
    var shapes: [[Int]] { [x, [x[1], filters, kernel.0, kernel.1], [filters]] }
    var testDescription: String { "\(shapes) stride \(stride) padding \(padding), \(outputPadding)" }

    func callAsFunction(_ leaves: [Tensor]) -> Tensor {
        convTranspose2d(
            leaves[0], weight: leaves[1], bias: leaves[2], stride: stride, padding: padding,
            outputPadding: outputPadding)
    }

    static let all = [
        TransposedCase(x: [2, 1, 3, 3], filters: 2, kernel: (3, 3)),
        TransposedCase(x: [1, 2, 4, 3], filters: 3, kernel: (2, 4), padding: 1),
        TransposedCase(x: [2, 3, 3, 4], filters: 2, kernel: (3, 3), stride: 2, padding: 1, outputPadding: 1),
        TransposedCase(x: [1, 2, 2, 3], filters: 9, kernel: (2, 2), stride: 3, outputPadding: 2),
        TransposedCase(x: [2, 5, 4, 4], filters: 3, kernel: (1, 1)),
        TransposedCase(x: [1, 3, 3, 2], filters: 2, kernel: (1, 1), stride: 2),
        TransposedCase(x: [1, 34, 2, 2], filters: 3, kernel: (4, 4), stride: 2, padding: 1),
        TransposedCase(x: [1, 2, 2, 2], filters: 33, kernel: (2, 3), stride: 2),
        TransposedCase(x: [1, 2, 1, 1], filters: 3, kernel: (4, 4)),
        TransposedCase(x: [2, 2, 5, 5], filters: 1, kernel: (5, 5), padding: 4),
    ]
}

@Suite struct ConvTranspose2dTests {
    @Test(arguments: TransposedCase.all)
    func gradients(of sizes: TransposedCase) {
        checkGradients(inputs: sizes.shapes, tolerance: 1e-3) { sizes($0) }
    }

    @Test(arguments: [
        ("conv_transpose2d", 1, 0, 0), ("conv_transpose2d_strided", 2, 1, 1),
        ("conv_transpose2d_wide", 2, 1, 0),
        ("conv_transpose2d_pointwise", 1, 0, 0), ("conv_transpose2d_apart", 3, 0, 2),
    ])
    func equalsPyTorch(fixture: String, stride: Int, padding: Int, outputPadding: Int) throws {
        try Fixture(fixture).check(inputs: ["x", "weight", "bias"]) {
            convTranspose2d(
                $0[0], weight: $0[1], bias: $0[2], stride: stride, padding: padding,
                outputPadding: outputPadding)
        }
    }

    @Test(arguments: [TransposedCase.all[0], TransposedCase.all[2], TransposedCase.all[4]])
    func addsItsShareToAnInputUsedTwice(sizes: TransposedCase) {
        checkGradients(inputs: sizes.shapes, tolerance: 1e-3) { sizes($0) + sizes($0) }
    }

    /// Its weights learn, too, where its input is data.
    @Test(arguments: [TransposedCase.all[2], TransposedCase.all[4]])
    func gradientsOfWeightsAlone(sizes: TransposedCase) {
        let leaves = sizes.shapes.enumerated().map { randomLeaf($1, seed: UInt64($0 + 1)) }
        func gradients(_ x: Tensor) -> [[Float]] {
            let y = sizes([x, leaves[1], leaves[2]])
            weightedSum(y, awayFromZero(y.count, seed: 9)).backward()
            return [leaves[1].gradient, leaves[2].gradient]
        }
        #expect(gradients(leaves[0]) == gradients(Tensor(shape: sizes.x, leaves[0].values)))
    }

    @Test func refusesAConvolutionsWeight() async throws {
        let result = await #expect(processExitsWith: .exitCode(70), observing: [\.standardErrorContent]) {
            _ = convTranspose2d(
                Tensor(zeros: [1, 2, 5, 5]), weight: Tensor(zeros: [4, 2, 3, 3]), bias: Tensor(zeros: [2]))
        }
        let message = try #require(result).message
        #expect(message.contains("convTranspose2d: input [1, 2, 5, 5] does not fit weight [4, 2, 3, 3]"))
    }

    @Test func refusesAnOutputPaddingOfAStride() async throws {
        let result = await #expect(processExitsWith: .exitCode(70), observing: [\.standardErrorContent]) {
            _ = convTranspose2d(
                Tensor(zeros: [1, 2, 5, 5]), weight: Tensor(zeros: [2, 3, 3, 3]), bias: Tensor(zeros: [3]),
                stride: 2, outputPadding: 2)
        }
        #expect(
            try #require(result).message.contains("0 ≤ output padding < stride, got [2, 3, 3, 3], 2, 0 and 2")
        )
    }

    @Test func refusesPaddingThatLeavesNothing() async throws {
        let result = await #expect(processExitsWith: .exitCode(70), observing: [\.standardErrorContent]) {
            _ = convTranspose2d(
                Tensor(zeros: [1, 1, 1, 1]), weight: Tensor(zeros: [1, 1, 2, 2]), bias: Tensor(zeros: [1]),
                padding: 1)
        }
        #expect(try #require(result).message.contains("with padding 1 nothing is left"))
    }
}
