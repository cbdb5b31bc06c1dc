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
        m: Int, n: Int, _ order: SumOrder, _ left: GroupsView, _ right: SamplesView, into c: RowsView,
        scratch: Floats
    ) {
        switch self {
        case .own:
            kernels.sumOuterProducts(m: m, n: n, order, left, right, into: c, scratch: scratch)
        case .openblas:
            // Group by group, for OpenBLAS knows no others; and one shard, for it knows no order.
            precondition(order.shards.count == 1, "OpenBLAS adds the samples of one shard at a time")
            for first in stride(from: 0, to: m, by: GroupsView.width) {
                let group = left.moved(by: first)
                for step in 0..<order.steps {
                    gemm(
                        transposeA: true, m: min(GroupsView.width, m - first), n: n, k: order.shards[0].count,
                        group.pointer + step * group.stepStride, right.pointer + step * right.stepStride,
                        into: c.row(first), strides: (GroupsView.width, right.sampleStride, c.stride),
                        beta: step == 0 ? 0 : 1)
                }
            }
        }
    }
}
