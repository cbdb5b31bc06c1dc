/// `log(1 + e)` for 0 ≤ e ≤ 1: `2 artanh(e / (2 + e))`, its series cut where a term is below 2⁻²⁴ of the sum.
@inline(__always)
private func log1p(_ e: Lanes) -> Lanes {
    let s = e / (e + Lanes(repeating: 2))
    let square = s * s
    var p = Lanes(repeating: 2 / 15)
    for divisor in [13, 11, 9, 7, 5, 3, 1] as [Float] { p = Lanes(repeating: 2 / divisor).addingProduct(p, square) }
    return s * p
}

/// `Σ max(x, 0) − x·y + log(1 + e^−|x|)`, added in double precision, in a fixed order.
public func binaryCrossEntropySum(_ count: Int, _ x: Floats, _ y: Floats) -> Float {
    var low = SIMD4<Double>.zero
    var high = SIMD4<Double>.zero
    forEachLanes(count) { at, width in
        let v = x.load(at, width)
        let size = v.replacing(with: -v, where: v .< 0)
        let positive = v.replacing(with: 0, where: v .< 0)
        var loss = (positive + log1p(exp(-size))).addingProduct(-v, y.load(at, width))
        for lane in width..<8 { loss[lane] = 0 }
        low += SIMD4<Double>(loss.lowHalf)
        high += SIMD4<Double>(loss.highHalf)
    }
    return Float((low + high).sum())
}

/// The gradient of the summed binary cross-entropy: `(σ(x) − y) · scale + gx · beta`.
public func binaryCrossEntropyBackward(
    _ count: Int, _ x: Floats, _ y: Floats, scale: Float, into gx: Floats, beta: Float
) {
    let scale = Lanes(repeating: scale)
    if beta == 0 {
        mapLanes(count, x, y, into: gx) { x, y in (sigmoid(x) - y) * scale }
    } else {
        mapLanes(count, x, y, gx, into: gx) { x, y, old in (sigmoid(x) - y) * scale + old }
    }
}
