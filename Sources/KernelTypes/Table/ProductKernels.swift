import Determinism

/// Matrix products.
///
/// Each element of a product is one chain of fused multiply-adds, cut into pieces of `longestProductChain` terms, and of
/// `SumOrder.longestChain` where the terms are samples; whatever the vector's width, the block it falls into, and the
/// layout of the factors.
public protocol ProductKernels {
    /// `c ← a · b + beta · c` for `a` `[m, k]`, `b` `[k, n]` and `c` `[m, n]`.
    ///
    /// - Parameters:
    ///   - a: any strides: a transposed matrix costs nothing.
    ///   - b: each row must be readable up to the next multiple of 16 columns (`Storage` has the room).
    ///   - beta: 0 overwrites c without reading it; 1 adds to it.
    static func multiply(
        m: Int, n: Int, k: Int, _ a: MatrixView, _ b: PanelsView, into c: RowsView, beta: Float
    )

    /// Arranges a matrix `[rows, columns]`, of any strides, as a right factor: `panels`' rows are contiguous, and filled up
    /// with zeros. A matrix of more rows may be packed part by part, `panels` beginning at each part's first row.
    static func packPanels(rows: Int, columns: Int, _ matrix: MatrixView, into panels: PanelsView)

    /// Arranges a step's rows as a `GroupsView` has them.
    ///
    /// - Parameter rows: readable up to the next multiple of 8 columns, as `groups` is writable.
    static func groupRows(samples: Int, columns: Int, _ rows: RowsView, into groups: Floats)

    /// `c ← Σ left rightᵀ` over the terms of `order`: outer products of rows of `m` and of `n` floats, as a weight's
    /// gradient sums them. Shards' sums are added over their tree without being written.
    ///
    /// - Parameter scratch: `order.scratchForOuterProducts` floats.
    static func sumOuterProducts(
        m: Int, n: Int, _ order: SumOrder, _ left: GroupsView, _ right: SamplesView, into c: RowsView,
        scratch: Floats
    )

    /// `sums ← Σ x` over the terms of `order`: a sum of rows, as a bias's gradient is.
    static func sumRows(_ order: SumOrder, _ columns: Int, _ x: GroupsView, into sums: Floats)

    /// Runs `count` rounds of independent fused multiply-adds on registers alone: the most a core can do.
    ///
    /// - Returns: floating-point operations done, and a number that depends on all of them.
    static func multiplyAdds(rounds count: Int) -> (operations: Int, sink: Float)
}

extension KernelTable {
    /// The same, with a right factor as it lies in memory.
    public static func multiply(
        m: Int, n: Int, k: Int, _ a: MatrixView, _ b: RowsView, into c: RowsView, beta: Float
    ) {
        multiply(m: m, n: n, k: k, a, PanelsView(b), into: c, beta: beta)
    }
}
