import Kernels
import TestSupport
import Testing

/// Every kernel that takes `beta` overwrites its target unread at 0, and adds to it at 1.
@Suite struct BetaTests {
    struct Kernel: Sendable, CustomTestStringConvertible {
        let testDescription: String
        /// Writes 6·11 numbers made from `a` and `b`, which hold as many.
        let run: @Sendable (_ a: Floats, _ b: Floats, _ target: Floats, _ beta: Float) -> Void

        init(_ name: String, _ run: @escaping @Sendable (Floats, Floats, Floats, Float) -> Void) {
            testDescription = name
            self.run = run
        }
    }

    static let count = 66

    static let kernels = [
        Kernel("accumulate") { a, _, y, beta in accumulate(count, a, into: y, beta: beta) },
        Kernel("accumulateScaled") { a, _, y, beta in
            accumulateScaled(count, a, by: 3, into: y, beta: beta)
        },
        Kernel("reluBackward") { a, b, y, beta in reluBackward(count, a, b, into: y, beta: beta) },
        Kernel("sigmoidBackward") { a, b, y, beta in sigmoidBackward(count, a, b, into: y, beta: beta) },
        Kernel("tanhBackward") { a, b, y, beta in tanhBackward(count, a, b, into: y, beta: beta) },
        Kernel("softmaxBackward") { a, b, y, beta in softmaxBackward(6, 11, a, b, into: y, beta: beta) },
        Kernel("crossEntropyBackward") { a, _, y, beta in
            crossEntropyBackward(
                6, 11, probabilities: a, labels: [0, 10, 3, 3, 1, 2], scale: 2, into: y, beta: beta)
        },
        Kernel("columnSums") { a, b, y, beta in
            columnSums(1, count, a, into: y, beta: beta)
        },
        Kernel("multiply, elementwise") { a, b, y, beta in multiply(count, a, b, into: y, beta: beta) },
        Kernel("binaryCrossEntropyBackward") { a, b, y, beta in
            binaryCrossEntropyBackward(count, a, b, scale: 2, into: y, beta: beta)
        },
        Kernel("gemm") { a, b, y, beta in
            gemm(m: 6, n: 11, k: 6, a, b, into: y, strides: (6, 11, 11), beta: beta)
        },
        Kernel("gemm of nothing") { a, b, y, beta in
            gemm(m: 6, n: 11, k: 0, a, b, into: y, strides: (6, 11, 11), beta: beta)
        },
    ]

    @Test(arguments: kernels)
    func zeroOverwritesAndOneAdds(kernel: Kernel) {
        let nothing = [Float](repeating: .nan, count: Self.count)
        let old = awayFromZero(Self.count, seed: 3)
        let written = run(kernel, onto: nothing, beta: 0)
        let added = run(kernel, onto: old, beta: 1)
        #expect(written.allSatisfy { $0.isFinite })
        #expect(mismatch(added, zip(old, written).map(+), atol: 1e-6, rtol: 1e-6) == nil)
    }

    private func run(_ kernel: Kernel, onto target: [Float], beta: Float) -> [Float] {
        var (a, b) = (awayFromZero(Self.count, seed: 1), awayFromZero(Self.count, seed: 2))
        var target = target
        kernel.run(&a, &b, &target, beta)
        return target
    }
}
