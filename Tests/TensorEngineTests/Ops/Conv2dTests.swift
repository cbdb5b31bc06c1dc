import TensorEngine
import TestSupport
import Testing

/// One convolution: sizes beyond and below every tile, one and several vectors of filters.
struct ConvolutionCase: CustomTestStringConvertible {
    var x: [Int]
    var filters: Int
    var kernel: (Int, Int)
    var stride = 1
    var padding = 0
    var shapes: [[Int]] { [x, [filters, x[1], kernel.0, kernel.1], [filters]] }
    var testDescription: String { "\(shapes) stride \(stride) padding \(padding)" }

    static let all = [
        ConvolutionCase(x: [2, 1, 5, 5], filters: 2, kernel: (3, 3)),
        ConvolutionCase(x: [1, 1, 4, 7], filters: 1, kernel: (4, 7)),
        ConvolutionCase(x: [2, 3, 4, 4], filters: 3, kernel: (1, 1)),
        ConvolutionCase(x: [1, 2, 6, 5], filters: 9, kernel: (3, 2), padding: 1),
        ConvolutionCase(x: [2, 2, 7, 8], filters: 4, kernel: (3, 3), stride: 2),
        ConvolutionCase(x: [1, 2, 7, 6], filters: 17, kernel: (2, 3), stride: 3, padding: 2),
        ConvolutionCase(x: [1, 9, 4, 5], filters: 3, kernel: (2, 4), padding: 1),
        ConvolutionCase(x: [1, 13, 3, 9], filters: 2, kernel: (2, 8)),
        ConvolutionCase(x: [1, 6, 6, 6], filters: 3, kernel: (5, 5)),
        ConvolutionCase(x: [2, 1, 9, 40], filters: 3, kernel: (3, 2)),
        ConvolutionCase(x: [2, 1, 9, 21], filters: 5, kernel: (5, 3), stride: 2, padding: 2),
        ConvolutionCase(x: [1, 1, 12, 16], filters: 7, kernel: (5, 5), padding: 2),
        ConvolutionCase(x: [5, 2, 4, 4], filters: 35, kernel: (3, 3), padding: 1),
        ConvolutionCase(x: [3, 37, 3, 4], filters: 2, kernel: (2, 2), padding: 2),
        ConvolutionCase(x: [2, 5, 5, 6], filters: 3, kernel: (1, 1), stride: 2, padding: 1),
        ConvolutionCase(x: [3, 5, 3, 16], filters: 9, kernel: (1, 1), stride: 2),
        ConvolutionCase(x: [1, 2, 23, 48], filters: 3, kernel: (1, 1), stride: 2),
        ConvolutionCase(x: [1, 2, 10, 22], filters: 2, kernel: (1, 1), stride: 3),
        ConvolutionCase(x: [2, 2, 18, 17], filters: 2, kernel: (3, 4), stride: 2, padding: 1),
    ]
}

@Suite struct Conv2dTests {
    @Test(arguments: ConvolutionCase.all)
    func gradients(of sizes: ConvolutionCase) {
        checkGradients(inputs: sizes.shapes, tolerance: 1e-3) {
            conv2d($0[0], weight: $0[1], bias: $0[2], stride: sizes.stride, padding: sizes.padding)
        }
    }

    @Test(arguments: [
        ("conv2d", 1, 0), ("conv2d_padded", 1, 2), ("conv2d_strided", 2, 1), ("conv2d_wide", 1, 1),
        ("conv2d_halved", 2, 1), ("conv2d_pointwise", 1, 0), ("conv2d_pointwise_halved", 2, 0),
    ])
    func equalsPyTorch(fixture: String, stride: Int, padding: Int) throws {
        try Fixture(fixture).check(inputs: ["x", "weight", "bias"]) {
            conv2d($0[0], weight: $0[1], bias: $0[2], stride: stride, padding: padding)
        }
    }

    @Test(arguments: [(3, 1, 1), (3, 2, 1), (1, 1, 0), (1, 2, 0)])
    func addsItsShareToAnInputUsedTwice(kernel: Int, stride: Int, padding: Int) {
        checkGradients(inputs: [[1, 2, 4, 8], [2, 2, kernel, kernel], [2]], tolerance: 1e-3) { leaves in
            func once() -> Tensor {
                conv2d(leaves[0], weight: leaves[1], bias: leaves[2], stride: stride, padding: padding)
            }
            return once() + once()
        }
    }

    /// A sample's bits do not depend on the samples beside it: the batch of a shard is the union of its
    /// parts.
    @Test func samplesAreIndependent() {
        let (weight, bias) = (randomLeaf([5, 3, 3, 3], seed: 2), randomLeaf([5], seed: 3))
        let batch = randomLeaf([3, 3, 6, 6])
        let together = conv2d(batch, weight: weight, bias: bias, padding: 1).values
        let apart = (0..<3).flatMap { sample in
            let x = Tensor(shape: [1, 3, 6, 6], Array(batch.values[sample * 108..<(sample + 1) * 108]))
            return conv2d(x, weight: weight, bias: bias, padding: 1).values
        }
        #expect(bits(together) == bits(apart))
    }

    @Test func refusesFiltersOfOtherChannels() async throws {
        let result = await #expect(processExitsWith: .exitCode(70), observing: [\.standardErrorContent]) {
            _ = conv2d(
                Tensor(zeros: [1, 2, 5, 5]), weight: Tensor(zeros: [4, 3, 3, 3]), bias: Tensor(zeros: [4]))
        }
        #expect(try #require(result).message.contains("input [1, 2, 5, 5] does not fit weight [4, 3, 3, 3]"))
    }

    @Test func refusesFiltersLargerThanTheImage() async throws {
        let result = await #expect(processExitsWith: .exitCode(70), observing: [\.standardErrorContent]) {
            _ = conv2d(
                Tensor(zeros: [1, 1, 4, 4]), weight: Tensor(zeros: [1, 1, 5, 5]), bias: Tensor(zeros: [1]))
        }
        #expect(try #require(result).message.contains("do not fit [1, 1, 4, 4] with padding 0"))
    }
}
