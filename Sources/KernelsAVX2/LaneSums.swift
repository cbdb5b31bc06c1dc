/// A vector whose lanes are added in halves: 16 to 8 to 4 to 2 to 1.
protocol HalvableVector: SIMD where Scalar == Float {
    var laneSum: Float { get }
}

extension SIMD8<Float>: HalvableVector {
    @inline(__always)
    var laneSum: Float {
        let four = lowHalf + highHalf
        let two = four.lowHalf + four.highHalf
        return two[0] + two[1]
    }
}

extension SIMD16<Float>: HalvableVector {
    @inline(__always)
    var laneSum: Float { (lowHalf + highHalf).laneSum }
}

/// The partial sums of a row are over as many lanes whatever a register's width: the same bits.
typealias SumLanes = SIMD16<Float>

/// `Σ f(i)` for `i` in `0..<count`: two times 16 partial sums, then the last few, added in halves.
///
/// - Parameters:
///   - f: 16 terms, from an index on.
///   - term: one.
@inline(__always)
func rowSum(_ count: Int, _ f: (_ at: Int) -> SumLanes, _ term: (_ at: Int) -> Float) -> Float {
    let width = SumLanes.scalarCount
    var (even, odd) = (SumLanes.zero, SumLanes.zero)
    var i = 0
    while i + 2 * width <= count {
        even += f(i)
        odd += f(i + width)
        i += 2 * width
    }
    if i + width <= count {
        even += f(i)
        i += width
    }
    var rest = SumLanes.zero
    for lane in 0..<count - i { rest[lane] = term(i + lane) }
    return ((even + odd) + rest).laneSum
}
