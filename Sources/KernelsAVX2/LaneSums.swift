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
