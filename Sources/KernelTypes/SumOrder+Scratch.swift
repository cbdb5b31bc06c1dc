import Determinism

extension SumOrder {
    /// Whether outer products of so few terms are summed where they lie: packing would take longer than it saves.
    public var sumsInPlace: Bool { steps == 1 && terms <= 256 }

    /// Rows of the left factor that are packed at once: the processor's second-level cache holds some thousand terms of
    /// them, and a panel of the right factor.
    public static var packedRows: Int { 64 }

    /// Floats of scratch memory that summing outer products of rows of any number of floats and of `n` floats takes.
    public func scratchForOuterProducts(n: Int) -> Int {
        partialSumsCount
            + (sumsInPlace ? 0 : terms * Self.packedRows + 16 + PanelsView.packedCount(rows: terms, columns: n))
    }

    /// Floats of the partial sums of some packed rows and the columns of two vectors of the widest kind.
    public var partialSumsCount: Int { pieceSchedule.depth * Self.packedRows * 2 * 16 }
}
