import Determinism
import Glibc

extension SumOrder {
    /// Whether outer products of so few terms are summed tile by tile.
    public var sumsInPlace: Bool { steps == 1 && terms <= 256 }

    /// Whether both factors are packed before outer products of rows of `m` and `n` floats are summed: where they are so
    /// large that reading them where they lie would leave the caches.
    public func isPacked(m: Int, n: Int) -> Bool {
        !sumsInPlace && terms * (m + n) > packLimit
    }

    /// Rows of the left factor that are taken at once: the processor's second-level cache holds some thousand terms of
    /// them, and a panel of the right factor.
    public static var rowsAtOnce: Int { 64 }

    /// Floats of scratch memory that summing outer products of rows of `m` and `n` floats takes.
    public func scratchForOuterProducts(m: Int, n: Int) -> Int {
        let packed = terms * Self.rowsAtOnce + 16 + PanelsView.packedCount(rows: terms, columns: n)
        return partialSumsCount + (isPacked(m: m, n: n) ? packed : 0)
    }

    /// Floats of the partial sums of some rows and the columns of two vectors of the widest kind.
    public var partialSumsCount: Int { pieceSchedule.depth * Self.rowsAtOnce * 2 * 16 }
}
let packLimit = Int(getenv("PACKLIMIT").map { String(cString: $0) } ?? "") ?? 1_000_000
