import KernelTypes

/// `log(1 + e)` for 0 ≤ e ≤ 1: `2 artanh(e / (2 + e))`, its series cut where a term is below 2⁻²⁴ of the sum.
@inline(__always)
private func log1p(_ e: Lanes) -> Lanes {
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
    public static func binaryCrossEntropy(_ count: Int, _ x: Floats, _ y: Floats, into losses: Floats) {
        mapLanes(count, x, y, into: losses) { x, y in
            let size = x.replacing(with: -x, where: x .< 0)
            let positive = x.replacing(with: 0, where: x .< 0)
            return (positive + log1p(exp(-size))).addingProduct(-x, y)
        }
    }

    public static func binaryCrossEntropyBackward(
        _ count: Int, _ x: Floats, _ y: Floats, scale: Float, into gx: Floats, beta: Float
    ) {
        let scale = Lanes(repeating: scale)
        if beta == 0 {
            mapLanes(count, x, y, into: gx) { x, y in (sigmoid(x) - y) * scale }
        } else {
            mapLanes(count, x, y, gx, into: gx) { x, y, old in (sigmoid(x) - y) * scale + old }
        }
    }
}
