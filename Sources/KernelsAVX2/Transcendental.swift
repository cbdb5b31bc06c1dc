import KernelTypes

// Vector exp, tanh and sigmoid, whose bits depend on the argument alone: not on the C library, the CPU's
// model, or where in an array the value stands.
//
// Largest errors over every float for which they do not saturate, in units in the last place: exp 0.99 (at 59.28),
// sigmoid 1.94 (at −16.29), tanh 1.96 (at ±0.519).

/// Adding and subtracting 1.5·2²³ rounds to the nearest integer and leaves it in the low mantissa bits.
private let roundingMagic: Float = 12_582_912

// `replacing(with:where:)` is a branch a lane until it is optimised: at more than one in a gate's function the
// AVX-512 build of the recurrent cells calls it, lanes in pieces, instead of inlining it.

@inline(__always)
private var signBit: LaneBits { LaneBits(repeating: 0x8000_0000) }

/// `−x` as a bit, which the compiler folds into a fused multiplication (the operator is `0 − x`).
@inline(__always)
private func negated(_ x: Lanes) -> Lanes {
    unsafeBitCast(unsafeBitCast(x, to: LaneBits.self) ^ signBit, to: Lanes.self)
}

/// Splits `x = n·ln 2 + r`, |r| ≤ ln 2 / 2: `n` is in the low mantissa bits of `shifted`.
@inline(__always)
private func reduce(_ x: Lanes) -> (shifted: Lanes, remainder: Lanes) {
    let magic = Lanes(repeating: roundingMagic)
    let shifted = magic.addingProduct(x, Lanes(repeating: 1.442_695_04))
    let n = shifted - magic
    let r = x.addingProduct(n, Lanes(repeating: -0.693_145_752))
        .addingProduct(n, Lanes(repeating: -1.428_606_82e-6))
    return (shifted, r)
}

/// `factor · 2ⁿ`, by adding n to the exponent; 1 ≤ factor < 2.
@inline(__always)
private func power(_ shifted: Lanes, times factor: Float = 1) -> Lanes {
    let bits = unsafeBitCast(shifted, to: LaneBits.self) &<< 23
    return unsafeBitCast(bits &+ LaneBits(repeating: factor.bitPattern), to: Lanes.self)
}

/// `eʳ − 1` for |r| ≤ ln 2 / 2: a least-squares fit at Chebyshev nodes (relative error 5·10⁻¹⁰).
@inline(__always)
private func expm1Polynomial(_ r: Lanes) -> Lanes {
    var p = Lanes(repeating: 1.989_928_714e-4)
    p = Lanes(repeating: 1.393_365_208e-3).addingProduct(p, r)
    p = Lanes(repeating: 8.333_298_378e-3).addingProduct(p, r)
    p = Lanes(repeating: 4.166_646_674e-2).addingProduct(p, r)
    p = Lanes(repeating: 1.666_666_717e-1).addingProduct(p, r)
    p = Lanes(repeating: 0.5).addingProduct(p, r)
    return r.addingProduct(p, r * r)
}

@inline(__always)
func clamp(_ x: Lanes, _ low: Float, _ high: Float) -> Lanes {
    let low = Lanes(repeating: low)
    let high = Lanes(repeating: high)
    return x.replacing(with: low, where: x .< low).replacing(with: high, where: x .> high)
}

extension VectorKernels {
    /// `eˣ`; arguments below −87.3 and above 88 saturate (no subnormals, no infinity), NaN stays NaN.
    @inline(__always)
    static func exp(_ x: Lanes) -> Lanes {
        let (shifted, r) = reduce(clamp(x, -87.3, 88.0))
        let power = power(shifted)
        return power.addingProduct(power, expm1Polynomial(r))
    }

    /// `σ(x) = c / (c + c·e⁻ˣ)`; arguments beyond ±87.3 saturate.
    ///
    /// The denominator is rounded once: `c·2ⁿ + c` is exact but for a last bit. `c = 3/2` keeps it clear of 2ᵏ, just above
    /// which half a unit of the denominator is a whole unit of the quotient.
    @inline(__always)
    static func sigmoid(_ x: Lanes) -> Lanes {
        let bits = unsafeBitCast(x, to: LaneBits.self)
        let size = unsafeBitCast(bits & ~signBit, to: Lanes.self)
        let limit = Lanes(repeating: 87.3)
        let clamped = unsafeBitCast(size.replacing(with: limit, where: size .> limit), to: LaneBits.self)
        let (shifted, r) = reduce(unsafeBitCast(clamped | (~bits & signBit), to: Lanes.self))
        // eʳ − 1, to 1.4·10⁻⁸.
        var p = Lanes(repeating: 1.386_244_781e-3)
        p = Lanes(repeating: 8.366_682_567e-3).addingProduct(p, r)
        p = Lanes(repeating: 4.166_752_473e-2).addingProduct(p, r)
        p = Lanes(repeating: 0.166_665_419_9).addingProduct(p, r)
        p = Lanes(repeating: 0.499_999_970_2).addingProduct(p, r)
        p = r.addingProduct(p, r * r)
        let c = Lanes(repeating: 1.5)
        let power = power(shifted, times: 1.5)
        return c / (power + c).addingProduct(power, p)
    }

    /// `tanh x = ± ((1 − e) / 2) / ((1 + e) / 2)` with `e = exp(−2|x|)`; `−|x| = n · ln 2 / 2 + h`.
    ///
    /// Numerator and denominator are rounded once each: the first is `|x|` itself near zero. The sign is that of x, also
    /// of −0.
    @inline(__always)
    static func tanh(_ x: Lanes) -> Lanes {
        let bits = unsafeBitCast(x, to: LaneBits.self)
        let negative = unsafeBitCast(bits | signBit, to: Lanes.self)
        let low = Lanes(repeating: -10)
        let y = negative.replacing(with: low, where: negative .< low)
        let magic = Lanes(repeating: roundingMagic)
        let shifted = magic.addingProduct(y, Lanes(repeating: 2.885_390_08))
        let h = y.addingProduct(shifted - magic, Lanes(repeating: -0.346_573_59))
        // (e²ʰ − 1) / 2: the coefficients of `sigmoid`, times powers of two.
        var p = Lanes(repeating: 4.435_983_300e-2)
        p = Lanes(repeating: 0.133_866_921_1).addingProduct(p, h)
        p = Lanes(repeating: 0.333_340_197_8).addingProduct(p, h)
        p = Lanes(repeating: 0.666_661_679_7).addingProduct(p, h)
        p = Lanes(repeating: 0.999_999_940_4).addingProduct(p, h)
        p = h.addingProduct(p, h * h)
        let power = power(shifted)
        let half = Lanes(repeating: 0.5)
        let numerator = half.addingProduct(power, -half).addingProduct(power, negated(p))
        let denominator = half.addingProduct(power, half).addingProduct(power, p)
        let size = unsafeBitCast(numerator / denominator, to: LaneBits.self)
        return unsafeBitCast(size | (bits & signBit), to: Lanes.self)
    }

    public static func sigmoid(_ count: Int, _ x: Floats, into y: Floats) {
        mapLanes(count, x, into: y) { sigmoid($0) }
    }

    public static func tanh(_ count: Int, _ x: Floats, into y: Floats) {
        mapLanes(count, x, into: y) { tanh($0) }
    }
}
