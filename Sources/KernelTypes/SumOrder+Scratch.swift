import Determinism

extension SumOrder {
    /// Floats of scratch memory that a product in this order needs: room for `depth` of the largest blocks, ten of the
    /// widest vectors.
    public var roomForProducts: Int { schedule.depth * 10 * 16 }
}
