import TensorEngine
import TestSupport
import Testing

@Suite struct PoolingTests {
    /// Side by side, overlapping, and with gaps between the windows.
    @Test(arguments: [(2, 2), (3, 1), (3, 2), (1, 2), (4, 4)])
    func gradients(kernel: Int, stride: Int) {
        checkGradients(inputs: [[2, 2, 5, 6]]) { avgPool2d($0[0], kernel: kernel, stride: stride) }
        checkGradients(inputs: [[2, 2, 5, 6]]) { maxPool2d(distinct($0[0]), kernel: kernel, stride: stride) }
    }

    @Test(arguments: [[2, 3, 5, 6], [1, 2, 1, 1]])
    func gradientsOfGlobalMeans(shape: [Int]) {
        checkGradients(inputs: [shape]) { globalAvgPool2d($0[0]) }
        checkGradients(inputs: [shape]) { globalAvgPool2d($0[0]) + globalAvgPool2d($0[0] * $0[0]) }
    }

    @Test func globalMeansEqualPyTorch() throws {
        try Fixture("global_avg_pool2d").check(inputs: ["x"]) { globalAvgPool2d($0[0]) }
    }

    @Test func maxEqualsPyTorch() throws {
        try Fixture("max_pool2d").check(inputs: ["x"]) { maxPool2d($0[0], kernel: 2) }
    }

    @Test func maxOfOverlappingWindowsEqualsPyTorch() throws {
        try Fixture("max_pool2d_overlapping").check(inputs: ["x"]) { maxPool2d($0[0], kernel: 3, stride: 2) }
    }

    @Test func averageEqualsPyTorch() throws {
        try Fixture("avg_pool2d").check(inputs: ["x"]) { avgPool2d($0[0], kernel: 2) }
    }

    @Test func theFirstOfEqualMaximaGetsTheGradient() {
        let x = Tensor(shape: [1, 1, 2, 4], [1, 3, 0, 0, 3, 3, 0, 0], requiresGradient: true)
        let y = maxPool2d(x, kernel: 2)
        weightedSum(y, [5, 7]).backward()
        #expect(y.values == [3, 0])
        #expect(x.gradient == [0, 5, 7, 0, 0, 0, 0, 0])
    }

    @Test func aNaNIsTheMaximum() {
        let y = maxPool2d(Tensor(shape: [1, 1, 2, 2], [1, .nan, 9, 2]), kernel: 2)
        #expect(y.item.isNaN)
    }

    @Test func refusesWindowsLargerThanTheImage() async throws {
        let result = await #expect(processExitsWith: .exitCode(70), observing: [\.standardErrorContent]) {
            _ = maxPool2d(Tensor(zeros: [1, 1, 3, 5]), kernel: 4)
        }
        #expect(
            try #require(result).message.contains(
                "maxPool2d: windows of 4 × 4, 4 apart, do not fit [1, 1, 3, 5]"))
    }

    /// Values so far apart that a finite difference never changes which is largest.
    private func distinct(_ x: Tensor) -> Tensor {
        x + Tensor(shape: x.shape, (0..<x.count).map { Float($0 * 7 % x.count) * 4 })
    }
}
