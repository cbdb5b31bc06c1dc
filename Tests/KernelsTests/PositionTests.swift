import Kernels
import TestSupport
import Testing

/// Elementwise kernels give the same bits in the body of an array as in its tail.
@Suite struct PositionTests {
    struct Kernel: Sendable, CustomTestStringConvertible {
        let testDescription: String
        /// Reads `a` and `b`, changes `y`.
        let run: @Sendable (_ count: Int, _ a: Floats, _ b: Floats, _ y: Floats) -> Void

        init(_ name: String, _ run: @escaping @Sendable (Int, Floats, Floats, Floats) -> Void) {
            testDescription = name
            self.run = run
        }
    }

    static let kernels = [
        Kernel("exp") { n, a, _, y in exp(n, a, into: y) },
        Kernel("sigmoid") { n, a, _, y in sigmoid(n, a, into: y) },
        Kernel("tanh") { n, a, _, y in tanh(n, a, into: y) },
        Kernel("relu") { n, a, _, y in relu(n, a, into: y) },
        Kernel("binaryCrossEntropy") { n, a, b, y in binaryCrossEntropy(n, a, b, into: y) },
        Kernel("binaryCrossEntropyBackward") { n, a, b, y in
            binaryCrossEntropyBackward(n, a, b, scale: 2, into: y, beta: 1)
        },
        Kernel("multiply") { n, a, b, y in multiply(n, a, b, into: y, beta: 1) },
        Kernel("add") { n, a, b, y in add(n, a, b, into: y) },
        Kernel("accumulate") { n, a, _, y in accumulate(n, a, into: y, beta: 1) },
        Kernel("accumulateScaled") { n, a, _, y in accumulateScaled(n, a, by: 0.3, into: y, beta: 1) },
        Kernel("reluBackward") { n, a, b, y in reluBackward(n, a, b, into: y, beta: 1) },
        Kernel("sigmoidBackward") { n, a, b, y in sigmoidBackward(n, a, b, into: y, beta: 1) },
        Kernel("tanhBackward") { n, a, b, y in tanhBackward(n, a, b, into: y, beta: 1) },
        Kernel("columnSums of three rows") { n, a, _, y in
            var rows = [Float](repeating: 0, count: 3 * n)
            for i in 0..<n { (rows[i], rows[n + i], rows[2 * n + i]) = (a[i], a[i] / 3, a[i] / 7) }
            columnSums(3, n, &rows, into: y, beta: 1)
        },
        Kernel("sgdUpdate") { n, a, b, y in
            sgdUpdate(
                n, parameters: y, gradients: a, velocity: b, scale: 0.3, learningRate: 0.1, momentum: 0.9,
                nesterov: true, weightDecay: 0.01)
        },
    ]

    @Test(arguments: kernels)
    func bitsDoNotDependOnPosition(kernel: Kernel) {
        let count = 29  // three runs of eight, and a tail of five
        let (a, b) = (awayFromZero(count, seed: 1), awayFromZero(count, seed: 2))
        let old = awayFromZero(count, seed: 3)
        let together = run(kernel, a, b, old)
        let alone = (0..<count).flatMap { run(kernel, [a[$0]], [b[$0]], [old[$0]]) }
        let shifted = run(kernel, Array(a[3...]), Array(b[3...]), Array(old[3...]))
        #expect(together != old)
        #expect(bits(alone) == bits(together))
        #expect(bits(shifted) == bits(Array(together[3...])))
    }

    @Test(arguments: kernels)
    func writesOnlyItsElements(kernel: Kernel) {
        for count in 0...17 {
            var (a, b) = (awayFromZero(count + 1, seed: 1), awayFromZero(count + 1, seed: 2))
            var y = awayFromZero(count + 1, seed: 3)
            let last = y[count]
            kernel.run(count, &a, &b, &y)
            #expect(y[count] == last)
        }
    }

    private func run(_ kernel: Kernel, _ a: [Float], _ b: [Float], _ old: [Float]) -> [Float] {
        var (a, b, y) = (a, b, old)
        kernel.run(y.count, &a, &b, &y)
        return y
    }
}
