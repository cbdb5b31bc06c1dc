import BLAS
import Determinism
import Kernels

/// Whose matrix products ops use. Convolutions are no matrix products here: they are always our own.
public enum ProductLibrary: String, Sendable, CaseIterable {
    /// Our own: the same bits on every CPU.
    case own
    /// OpenBLAS's, whose bits depend on the CPU's model.
    case openblas

    /// Whether it is installed on this host.
    public var isAvailable: Bool { self == .own || OpenBLAS.shared != nil }

    /// That of the ops recorded in this task, for as long as their graph lives.
    @TaskLocal public static var current = ProductLibrary.own

    /// Whether one pass can compute several shards: a sum over samples then keeps each shard's terms apart.
    public var keepsShardsApart: Bool { self == .own }

    /// `c ← a · b + beta · c`: as `ProductKernels.multiply`, one of a's strides being 1.
    func multiply(
        m: Int, n: Int, k: Int, _ a: MatrixView, _ b: RowsView, into c: RowsView, beta: Float
    ) {
        switch self {
        case .own:
            kernels.multiply(m: m, n: n, k: k, a, b, into: c, beta: beta)
        case .openblas:
            // The stride of a single row or column may be anything, but OpenBLAS wants it to span one.
            let isTransposed = a.columnStride != 1
            gemm(
                transposeA: isTransposed, m: m, n: n, k: k, a.pointer, b.pointer, into: c.pointer,
                strides: (isTransposed ? max(a.columnStride, m) : max(a.rowStride, k), b.stride, c.stride),
                beta: beta)
        }
    }

    /// `c ← Σ left rightᵀ` over the terms of `order`: as `ProductKernels.sumOuterProducts`.
    ///
    /// - Parameter scratch: `scratchForOuterProducts` floats.
    func sumOuterProducts(
        m: Int, n: Int, _ order: SumOrder, _ left: GroupsView, _ right: SamplesView, into c: RowsView,
        scratch: Floats
    ) {
        switch self {
        case .own:
            kernels.sumOuterProducts(m: m, n: n, order, left, right, into: c, scratch: scratch)
        case .openblas:
            precondition(order.shards.count == 1, "OpenBLAS adds the samples of one shard at a time")
            // One product over the terms of all steps, whose rows are brought together for it.
            let rows = left.ungroup(m, order, into: scratch)
            let terms =
                order.steps == 1
                ? RowsView(right.pointer, stride: right.sampleStride)
                : right.gather(n, order, into: scratch + order.terms * m)
            gemm(
                transposeA: true, m: m, n: n, k: order.terms, rows.pointer, terms.pointer, into: c.pointer,
                strides: (rows.stride, terms.stride, c.stride), beta: 0)
        }
    }

    /// Floats of scratch memory that `sumOuterProducts` takes, for `m` and `n` of at most so many.
    func scratchForOuterProducts(m: Int, n: Int, _ order: SumOrder) -> Int {
        switch self {
        case .own: order.scratchForOuterProducts(n)
        case .openblas: order.terms * (order.steps == 1 ? m : m + n)
        }
    }
}

extension GroupsView {
    /// The rows' first `columns` columns as a matrix, one time step after the other.
    fileprivate func ungroup(_ columns: Int, _ order: SumOrder, into target: Floats) -> RowsView {
        for step in 0..<order.steps {
            let rows = target + step * samples * columns
            for first in stride(from: 0, to: columns, by: Self.width) {
                kernels.copyRows(
                    samples, min(Self.width, columns - first),
                    RowsView(pointer + step * stepStride + first * samples, stride: Self.width),
                    into: RowsView(rows + first, stride: columns))
            }
        }
        return RowsView(target, stride: columns)
    }
}

extension SamplesView {
    /// The rows as a matrix, one time step after the other.
    fileprivate func gather(_ columns: Int, _ order: SumOrder, into target: Floats) -> RowsView {
        let samples = order.terms / order.steps
        for step in 0..<order.steps {
            kernels.copyRows(
                samples, columns, RowsView(pointer + step * stepStride, stride: sampleStride),
                into: RowsView(target + step * samples * columns, stride: columns))
        }
        return RowsView(target, stride: columns)
    }
}
