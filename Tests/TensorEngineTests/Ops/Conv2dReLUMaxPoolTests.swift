import TensorEngine
import TestSupport
import Testing

/// One pass does what its three ops do one after the other.
@Suite struct Conv2dReLUMaxPoolTests {
    @Test(arguments: ConvolutionCase.all, [1, 2, 3])
    func equalsItsThreeOps(sizes: ConvolutionCase, pool: Int) {
        let rows = (sizes.x[2] + 2 * sizes.padding - sizes.kernel.0) / sizes.stride + 1
        let columns = (sizes.x[3] + 2 * sizes.padding - sizes.kernel.1) / sizes.stride + 1
        guard min(rows, columns) >= pool else { return }
        func run(_ f: ([Tensor]) -> Tensor) -> [[Float]] {
            let inputs = sizes.shapes.enumerated().map { randomLeaf($1, seed: UInt64($0 + 1)) }
            let output = f(inputs)
            weightedSum(output, awayFromZero(output.count, seed: 99)).backward()
            return [output.values] + inputs.map(\.gradient)
        }
        let fused = run {
            conv2dReLUMaxPool(
                $0[0], weight: $0[1], bias: $0[2], stride: sizes.stride, padding: sizes.padding, pool: pool)
        }
        let apart = run {
            maxPool2d(
                relu(conv2d($0[0], weight: $0[1], bias: $0[2], stride: sizes.stride, padding: sizes.padding)),
                kernel: pool)
        }
        #expect(bits(fused[0]) == bits(apart[0]))
        for (position, (gradient, expected)) in zip(fused, apart).enumerated() {
            #expect(mismatch(gradient, expected) == nil, "result \(position)")
        }
    }

    /// Of equal pixels the first gets the gradient, as in `maxPool2d`: with one channel and with several, pooled by two
    /// and by three.
    @Test(arguments: [1, 3], [2, 3])
    func ofEqualPixelsTheFirstWins(channels: Int, pool: Int) {
        func gradient(_ f: ([Tensor]) -> Tensor) -> [Float] {
            let inputs = [[1, channels, 14, 14], [5, channels, 3, 3], [5]].map { shape in
                Tensor(
                    shape: shape, [Float](repeating: 0.25, count: shape.reduce(1, *)), requiresGradient: true)
            }
            let output = f(inputs)
            weightedSum(output, awayFromZero(output.count, seed: 99)).backward()
            return inputs[0].gradient
        }
        let fused = gradient { conv2dReLUMaxPool($0[0], weight: $0[1], bias: $0[2], pool: pool) }
        let apart = gradient { maxPool2d(relu(conv2d($0[0], weight: $0[1], bias: $0[2])), kernel: pool) }
        #expect(mismatch(fused, apart) == nil)
    }

    @Test func addsItsShareToAnInputUsedTwice() {
        checkGradients(inputs: [[1, 2, 4, 6], [2, 2, 3, 3], [2]], tolerance: 1e-3) { leaves in
            func once() -> Tensor {
                conv2dReLUMaxPool(leaves[0], weight: leaves[1], bias: leaves[2], padding: 1, pool: 1)
            }
            return once() + once()
        }
    }

    /// Replayed on other values, the op forgets the maxima it chose before.
    @Test func replayEqualsAFreshGraph() {
        func leaves(_ seed: UInt64) -> [Tensor] {
            [[2, 1, 8, 8], [10, 1, 3, 3], [10]].enumerated().map { randomLeaf($1, seed: seed + UInt64($0)) }
        }
        func loss(_ inputs: [Tensor]) -> Tensor {
            let y = conv2dReLUMaxPool(inputs[0], weight: inputs[1], bias: inputs[2], padding: 1, pool: 2)
            return weightedSum(y, awayFromZero(y.count, seed: 99))
        }
        let (old, new) = (leaves(1), leaves(50))
        let recording = Recording(of: loss(old))
        recording.backward()
        for (target, source) in zip(old, new) { target.bind(values: Storage(source.values)) }
        recording.forward()
        recording.backward()
        let fresh = loss(new)
        fresh.backward()
        #expect(bits(recording.outputs[0].values) == bits(fresh.values))
        for (a, b) in zip(old, new) { #expect(bits(a.gradient) == bits(b.gradient)) }
    }

    @Test func refusesAPoolLargerThanTheOutput() async throws {
        let result = await #expect(processExitsWith: .exitCode(70), observing: [\.standardErrorContent]) {
            _ = conv2dReLUMaxPool(
                Tensor(zeros: [1, 1, 5, 5]), weight: Tensor(zeros: [1, 1, 3, 3]), bias: Tensor(zeros: [1]),
                pool: 4)
        }
        #expect(try #require(result).message.contains("pooling 4 × 4 does not fit an output of 3 × 3"))
    }
}
