import Determinism

extension SumOrder {
    /// Whether outer products of so few terms are summed tile by tile.
    public var sumsInPlace: Bool { steps == 1 && terms <= 256 }

    /// Whether rows of `n` floats are packed before outer products of them are summed: where they are so many that reading
    /// them where they lie would leave the caches.
    public func packs(_ n: Int) -> Bool { !sumsInPlace && terms * n > 200_000 }

    /// Rows of the left factor that are taken at once: the processor's second-level cache holds some thousand terms of
    /// them, and a panel of the right factor.
    public static var rowsAtOnce: Int { 64 }

    /// Floats of scratch memory that summing outer products with rows of `n` floats takes.
    public func scratchForOuterProducts(_ n: Int) -> Int {
        partialSumsCount + (packs(n) ? PanelsView.packedCount(rows: terms, columns: n) : 0)
    }

    /// Floats of the partial sums of some rows and the columns of two vectors of the widest kind.
    public var partialSumsCount: Int { pieceSchedule.depth * Self.rowsAtOnce * 2 * 16 }
}
