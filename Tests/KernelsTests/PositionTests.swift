import Kernels
import TestSupport
import Testing

/// Elementwise kernels give the same bits in the body of an array as in its tail.
@Suite struct PositionTests {
    struct Kernel: Sendable, CustomTestStringConvertible {
        let testDescription: String
        /// Reads `a` and `b`, changes `y`.
        let run:
            @Sendable (_ kernels: any KernelTable.Type, _ count: Int, _ a: Floats, _ b: Floats, _ y: Floats)
                -> Void

        init(
            _ name: String,
            _ run: @escaping @Sendable (any KernelTable.Type, Int, Floats, Floats, Floats) -> Void
        ) {
            testDescription = name
            self.run = run
        }
    }

    private static let kernels = [
        Kernel("sigmoid") { kernels, n, a, _, y in kernels.sigmoid(n, a, into: y) },
        Kernel("tanh") { kernels, n, a, _, y in kernels.tanh(n, a, into: y) },
        Kernel("relu") { kernels, n, a, _, y in kernels.relu(n, a, into: y) },
        Kernel("binaryCrossEntropy") { kernels, n, a, b, y in kernels.binaryCrossEntropy(n, a, b, into: y) },
        Kernel("binaryCrossEntropyBackward") { kernels, n, a, b, y in
            kernels.binaryCrossEntropyBackward(n, a, b, scale: 2, into: y, beta: 1)
        },
        Kernel("multiply") { kernels, n, a, b, y in kernels.multiply(n, a, b, into: y, beta: 1) },
        Kernel("add") { kernels, n, a, b, y in kernels.add(n, a, b, into: y) },
        Kernel("accumulate") { kernels, n, a, _, y in kernels.accumulate(n, a, into: y, beta: 1) },
        Kernel("accumulateScaled") { kernels, n, a, _, y in
            kernels.accumulateScaled(n, a, by: 0.3, into: y, beta: 1)
        },
        Kernel("reluBackward") { kernels, n, a, b, y in kernels.reluBackward(n, a, b, into: y, beta: 1) },
        Kernel("sigmoidBackward") { kernels, n, a, b, y in kernels.sigmoidBackward(n, a, b, into: y, beta: 1)
        },
        Kernel("tanhBackward") { kernels, n, a, b, y in kernels.tanhBackward(n, a, b, into: y, beta: 1) },
        Kernel("combine") { kernels, n, a, b, y in kernels.combine(.divide, n, a, 1, b, 1, into: y, beta: 1)
        },
        Kernel("normalizedSums of one row") { kernels, n, a, b, y in
            let (moments, sums) = (Grid(rows: 1, columns: 2, seed: 7), Grid(rows: 1, columns: n, seed: 8))
            kernels.normalizedSums(
                1, n, RowsView(a, stride: n), RowsView(b, stride: n), moments: moments.view, weights: y,
                biases: sums.pointer)
        },
        Kernel("columnSums of three rows") { kernels, n, a, _, y in
            var rows = [Float](repeating: 0, count: 3 * n)
            for i in 0..<n { (rows[i], rows[n + i], rows[2 * n + i]) = (a[i], a[i] / 3, a[i] / 7) }
            kernels.columnSums(3, n, &rows, into: y, beta: 1)
        },
        Kernel("sgdUpdate") { kernels, n, a, b, y in
            kernels.sgdUpdate(
                n, parameters: y, gradients: a, velocity: b, scale: 0.3, learningRate: 0.1, momentum: 0.9,
                nesterov: true, weightDecay: 0.01)
        },
        Kernel("adamUpdate") { kernels, n, a, b, y in
            var square = (0..<n).map { abs(b[$0]) }
            kernels.adamUpdate(n, parameters: y, gradients: a, mean: b, square: &square, factors)
        },
        Kernel("adamDirection") { kernels, n, a, b, y in
            var square = (0..<n).map { abs(b[$0]) }
            kernels.adamDirection(
                n, parameters: a, gradients: y, mean: b, square: &square, decay: 0.02, factors)
        },
    ]

    private static let factors = AdamFactors(
        scale: 0.3, penalty: 0.01, shrinkage: 0.99, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, rate: 0.1,
        correction: 0.2)

    static let activations: [Activation] = [
        .exp, .log, .erf, .gelu, .tanhGELU, .silu, .softplus, .leakyReLU(slope: 0.1),
    ]

    static let cases =
        kernels
        + activations.flatMap { f in
            [
                Kernel("\(f)") { kernels, n, a, _, y in kernels.activate(f, n, a, into: y) },
                Kernel("\(f), backward") { kernels, n, a, b, y in
                    kernels.activateBackward(f, n, a, b, into: y, beta: 1)
                },
            ]
        }

    @Test(arguments: cases, tables)
    func bitsDoNotDependOnPosition(kernel: Kernel, kernels: any KernelTable.Type) {
        let count = 29  // three runs of eight or one of sixteen, and a tail
        let (a, b) = (awayFromZero(count, seed: 1), awayFromZero(count, seed: 2))
        let old = awayFromZero(count, seed: 3)
        let together = run(kernel, of: kernels, a, b, old)
        let alone = (0..<count).flatMap { run(kernel, of: kernels, [a[$0]], [b[$0]], [old[$0]]) }
        let shifted = run(kernel, of: kernels, Array(a[3...]), Array(b[3...]), Array(old[3...]))
        #expect(together != old)
        #expect(bits(alone) == bits(together))
        #expect(bits(shifted) == bits(Array(together[3...])))
    }

    @Test(arguments: cases, tables)
    func writesOnlyItsElements(kernel: Kernel, kernels: any KernelTable.Type) {
        for count in 0...17 {
            var (a, b) = (awayFromZero(count + 1, seed: 1), awayFromZero(count + 1, seed: 2))
            var y = awayFromZero(count + 1, seed: 3)
            let last = y[count]
            kernel.run(kernels, count, &a, &b, &y)
            #expect(y[count] == last)
        }
    }

    @Test(arguments: cases)
    func everyTableGivesTheSameBits(kernel: Kernel) {
        let (a, b, old) = (awayFromZero(29, seed: 1), awayFromZero(29, seed: 2), awayFromZero(29, seed: 3))
        let results = tables.map { bits(run(kernel, of: $0, a, b, old)) }
        #expect(results.allSatisfy { $0 == results[0] })
    }

    private func run(
        _ kernel: Kernel, of kernels: any KernelTable.Type, _ a: [Float], _ b: [Float], _ old: [Float]
    ) -> [Float] {
        var (a, b, y) = (a, b, old)
        kernel.run(kernels, y.count, &a, &b, &y)
        return y
    }
}
