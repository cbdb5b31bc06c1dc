import Determinism

/// Matrix products.
public protocol ProductKernels {
    /// `c ← a · b + beta · c` for `a` `[m, k]`, `b` `[k, n]` and `c` `[m, n]`, with nothing packed or copied.
    ///
    /// Each element of c is one chain of fused multiply-adds over k (in pieces of 256), whatever the vector width and the
    /// block it falls into.
    /// - Parameters:
    ///   - a: any strides: a transposed matrix costs nothing.
    ///   - b: each row must be readable up to the next multiple of 16 columns (`Storage` has the room).
    ///   - beta: 0 overwrites c without reading it; 1 adds to it.
    static func multiply(
        m: Int, n: Int, k: Int, _ a: MatrixView, _ b: RowsView, into c: RowsView, beta: Float
    )

    /// `c ← a · b` where a's columns and b's rows are samples, whose terms are added in `order`: the bits of a product for
    /// each shard, added over the shards' tree, without writing any of them.
    ///
    /// - Parameter partialSums: scratch, `order.roomForProducts` floats.
    static func multiply(
        m: Int, n: Int, _ order: SumOrder, _ a: MatrixView, _ b: RowsView, into c: RowsView,
        partialSums: Floats
    )

    /// Runs `count` rounds of independent fused multiply-adds on registers alone: the most a core can do.
    ///
    /// - Returns: floating-point operations done, and a number that depends on all of them.
    static func multiplyAdds(rounds count: Int) -> (operations: Int, sink: Float)
}
