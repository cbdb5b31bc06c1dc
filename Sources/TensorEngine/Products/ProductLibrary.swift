import BLAS
import Determinism
import Kernels

/// Whose matrix products ops use.
public enum ProductLibrary: String, Sendable, CaseIterable {
    /// Our own: the same bits on every CPU.
    case own
    /// OpenBLAS's, whose bits depend on the CPU's model.
    case openblas

    /// That of the ops recorded in this task, for as long as their graph lives.
    @TaskLocal public static var current = ProductLibrary.own

    /// `c ← a · b + beta · c`: as `ProductKernels.multiply`, one of a's strides being 1.
    func multiply(
        m: Int, n: Int, k: Int, _ a: MatrixView, _ b: RowsView, into c: RowsView, beta: Float
    ) {
        switch self {
        case .own:
            kernels.multiply(m: m, n: n, k: k, a, b, into: c, beta: beta)
        case .openblas:
            let isTransposed = a.columnStride != 1
            gemm(
                transposeA: isTransposed, m: m, n: n, k: k, a.pointer, b.pointer, into: c.pointer,
                strides: (isTransposed ? a.columnStride : a.rowStride, b.stride, c.stride), beta: beta)
        }
    }

    /// `c ← Σ left rightᵀ` over the terms of `order`: as `ProductKernels.sumOuterProducts`.
    func sumOuterProducts(
        m: Int, n: Int, _ order: SumOrder, _ left: SamplesView, _ right: SamplesView, into c: RowsView,
        scratch: Floats
    ) {
        switch self {
        case .own:
            kernels.sumOuterProducts(m: m, n: n, order, left, right, into: c, scratch: scratch)
        case .openblas:
            precondition(order.shards.count == 1, "OpenBLAS adds the samples of one shard at a time")
            for step in 0..<order.steps {
                gemm(
                    transposeA: true, m: m, n: n, k: order.shards[0].count,
                    left.pointer + step * left.stepStride, right.pointer + step * right.stepStride,
                    into: c.pointer, strides: (left.sampleStride, right.sampleStride, c.stride),
                    beta: step == 0 ? 0 : 1)
            }
        }
    }
}
