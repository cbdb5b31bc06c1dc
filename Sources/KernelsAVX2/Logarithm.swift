import KernelTypes

// Vector log and erf. Largest errors over every float, in units in the last place: log 0.94 (at 0.6357), erf 1.03 (at
// 0.9383).

/// `log(1 + e)` for 0 ≤ e ≤ 1: `2 artanh(e / (2 + e))`, its series cut where a term is below 2⁻²⁴ of the sum.
@inline(__always)
func log1p(_ e: Lanes) -> Lanes {
    let s = e / (e + Lanes(repeating: 2))
    let square = s * s
    var p = Lanes(repeating: 2 / 15)
    p = Lanes(repeating: 2 / 13).addingProduct(p, square)
    p = Lanes(repeating: 2 / 11).addingProduct(p, square)
    p = Lanes(repeating: 2 / 9).addingProduct(p, square)
    p = Lanes(repeating: 2 / 7).addingProduct(p, square)
    p = Lanes(repeating: 2 / 5).addingProduct(p, square)
    p = Lanes(repeating: 2 / 3).addingProduct(p, square)
    return s * Lanes(repeating: 2).addingProduct(p, square)
}

extension VectorKernels {
    /// `log x = e·log 2 + log m` with `x = m·2ᵉ`, 2/3 ≤ m < 4/3; −∞ at 0, NaN below, subnormals included.
    @inline(__always)
    static func log(_ x: Lanes) -> Lanes {
        let isSmall = x .< Lanes(repeating: .leastNormalMagnitude)
        let scaled = x.replacing(with: x * Lanes(repeating: 8_388_608), where: isSmall)
        let offset = Lanes.zero.replacing(with: Lanes(repeating: -23), where: isSmall)
        let bits = unsafeBitCast(scaled, to: SignedBits.self)
        let exponent = (bits &- SignedBits(repeating: 0x3f2a_aaab)) &>> 23
        // The low mantissa bits of 1.5·2²³ hold an integer.
        let shifted = exponent &+ SignedBits(repeating: 0x4b40_0000)
        let e = unsafeBitCast(shifted, to: Lanes.self) - Lanes(repeating: 12_582_912) + offset
        let f = unsafeBitCast(bits &- (exponent &<< 23), to: Lanes.self) - Lanes(repeating: 1)
        // log(1 + f) = f + f²·p(f): a weighted fit at Chebyshev nodes, to 5·10⁻⁹.
        var p = Lanes(repeating: -0.128_900_16)
        p = Lanes(repeating: 0.139_880_08).addingProduct(p, f)
        p = Lanes(repeating: -0.121_847_4).addingProduct(p, f)
        p = Lanes(repeating: 0.140_051_38).addingProduct(p, f)
        p = Lanes(repeating: -0.166_804_45).addingProduct(p, f)
        p = Lanes(repeating: 0.200_104_52).addingProduct(p, f)
        p = Lanes(repeating: -0.249_997_99).addingProduct(p, f)
        p = Lanes(repeating: 0.333_332_15).addingProduct(p, f)
        p = Lanes(repeating: -0.5).addingProduct(p, f)
        let finite = f.addingProduct(p, f * f).addingProduct(e, Lanes(repeating: 0.693_147_18))
        return finite.replacing(with: x, where: x .== Lanes(repeating: .infinity))
            .replacing(with: Lanes(repeating: -.infinity), where: x .== Lanes.zero)
            .replacing(with: Lanes(repeating: .nan), where: .!(x .>= Lanes.zero))
    }

    /// `erf x`: an odd polynomial up to 0.93, beyond it `±(1 − e^−q(|x|))`. The sign is that of x, also of −0.
    @inline(__always)
    static func erf(_ x: Lanes) -> Lanes {
        let bits = unsafeBitCast(x, to: LaneBits.self)
        let sign = bits & LaneBits(repeating: 0x8000_0000)
        let size = unsafeBitCast(bits ^ sign, to: Lanes.self)
        let square = x * x
        // Weighted fits at Chebyshev nodes, the first to 1·10⁻⁹, the second to 1·10⁻⁹ of erf.
        var p = Lanes(repeating: 7.996_649e-5)
        p = Lanes(repeating: -8.049_769_7e-4).addingProduct(p, square)
        p = Lanes(repeating: 5.192_405e-3).addingProduct(p, square)
        p = Lanes(repeating: -2.685_573_1e-2).addingProduct(p, square)
        p = Lanes(repeating: 0.112_836_26).addingProduct(p, square)
        p = Lanes(repeating: -0.376_126_3).addingProduct(p, square)
        p = Lanes(repeating: 0.128_379_17).addingProduct(p, square)
        let near = x.addingProduct(p, x)
        var q = Lanes(repeating: -1.123_001_4e-5)
        q = Lanes(repeating: 3.227_940_2e-4).addingProduct(q, size)
        q = Lanes(repeating: -3.642_429_6e-3).addingProduct(q, size)
        q = Lanes(repeating: 2.376_201_7e-2).addingProduct(q, size)
        q = Lanes(repeating: -0.106_236_845).addingProduct(q, size)
        q = Lanes(repeating: -0.635_151_3).addingProduct(q, size)
        q = Lanes(repeating: -0.128_648_49).addingProduct(q, size)
        let rest = exp((-size).addingProduct(q, size))
        let far = unsafeBitCast(Lanes(repeating: 1) - rest, to: LaneBits.self) | sign
        return near.replacing(
            with: unsafeBitCast(far, to: Lanes.self), where: size .> Lanes(repeating: 0.93))
    }
}
