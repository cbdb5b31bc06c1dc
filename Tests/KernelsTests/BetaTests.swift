import Kernels
import TestSupport
import Testing

/// Every kernel that takes `beta` overwrites its target unread at 0, and adds to it at 1.
@Suite struct BetaTests {
    struct Kernel: Sendable, CustomTestStringConvertible {
        let testDescription: String
        /// Writes 6·11 numbers made from `a` and `b`, which hold as many.
        let run:
            @Sendable (
                _ kernels: any KernelTable.Type, _ a: Floats, _ b: Floats, _ target: Floats, _ beta: Float
            ) -> Void

        init(
            _ name: String,
            _ run: @escaping @Sendable (any KernelTable.Type, Floats, Floats, Floats, Float) -> Void
        ) {
            testDescription = name
            self.run = run
        }
    }

    static let count = 66

    static let cases = [
        Kernel("accumulate") { kernels, a, _, y, beta in kernels.accumulate(count, a, into: y, beta: beta) },
        Kernel("accumulateScaled") { kernels, a, _, y, beta in
            kernels.accumulateScaled(count, a, by: 3, into: y, beta: beta)
        },
        Kernel("reluBackward") { kernels, a, b, y, beta in
            kernels.reluBackward(count, a, b, into: y, beta: beta)
        },
        Kernel("sigmoidBackward") { kernels, a, b, y, beta in
            kernels.sigmoidBackward(count, a, b, into: y, beta: beta)
        },
        Kernel("tanhBackward") { kernels, a, b, y, beta in
            kernels.tanhBackward(count, a, b, into: y, beta: beta)
        },
        Kernel("softmaxBackward") { kernels, a, b, y, beta in
            kernels.softmaxBackward(6, 11, a, b, into: y, beta: beta)
        },
        Kernel("crossEntropyBackward") { kernels, a, _, y, beta in
            kernels.crossEntropyBackward(
                6, 11, probabilities: a, labels: [0, 10, 3, 3, 1, 2], scale: 2, into: y, beta: beta)
        },
        Kernel("columnSums") { kernels, a, b, y, beta in
            kernels.columnSums(1, count, a, into: y, beta: beta)
        },
        Kernel("multiply, elementwise") { kernels, a, b, y, beta in
            kernels.multiply(count, a, b, into: y, beta: beta)
        },
        Kernel("binaryCrossEntropyBackward") { kernels, a, b, y, beta in
            kernels.binaryCrossEntropyBackward(count, a, b, scale: 2, into: y, beta: beta)
        },
        Kernel("weightedCrossEntropyBackward") { kernels, a, b, y, beta in
            kernels.weightedCrossEntropyBackward(
                6, 11, probabilities: a, labels: [0, 10, 3, 3, 1, 2], weights: b, smoothing: 0.2, scale: 2,
                into: y, beta: beta)
        },
        Kernel("activateBackward") { kernels, a, b, y, beta in
            kernels.activateBackward(.gelu, count, a, b, into: y, beta: beta)
        },
        Kernel("combine") { kernels, a, b, y, beta in
            kernels.combine(.divide, count, a, 1, b, 1, into: y, beta: beta)
        },
        Kernel("combine, one value repeated") { kernels, a, b, y, beta in
            kernels.combine(.subtract, count, a, 0, b, 1, into: y, beta: beta)
        },
        Kernel("normalizeRowsBackward") { kernels, a, b, y, beta in
            let rows = RowsView(a, stride: 11)
            kernels.normalizeRowsBackward(
                6, 11, rows, RowsView(b, stride: 11), moments: RowsView(a + 20, stride: 2), weight: b,
                into: RowsView(y, stride: 11), beta: beta)
        },
    ]

    @Test(arguments: cases, tables)
    func zeroOverwritesAndOneAdds(kernel: Kernel, kernels: any KernelTable.Type) {
        let nothing = [Float](repeating: .nan, count: Self.count)
        let old = awayFromZero(Self.count, seed: 3)
        let written = run(kernel, of: kernels, onto: nothing, beta: 0)
        let added = run(kernel, of: kernels, onto: old, beta: 1)
        #expect(written.allSatisfy { $0.isFinite })
        #expect(mismatch(added, zip(old, written).map(+), atol: 1e-6, rtol: 1e-6) == nil)
    }

    private func run(_ kernel: Kernel, of kernels: any KernelTable.Type, onto target: [Float], beta: Float)
        -> [Float]
    {
        var (a, b) = (awayFromZero(Self.count, seed: 1), awayFromZero(Self.count, seed: 2))
        var target = target
        kernel.run(kernels, &a, &b, &target, beta)
        return target
    }
}
