import KernelTypes

extension VectorKernels {
    public static func activate(_ f: Activation, _ count: Int, _ x: Floats, into y: Floats) {
        switch f {
        case .exp: mapLanes(count, x, into: y) { exp($0) }
        case .log: mapLanes(count, x, into: y) { log($0) }
        case .erf: mapLanes(count, x, into: y) { erf($0) }
        case .gelu: mapLanes(count, x, into: y) { $0 * normalDistribution($0) }
        case .tanhGELU: mapLanes(count, x, into: y) { $0 * tanhDistribution($0) }
        case .silu: mapLanes(count, x, into: y) { $0 * sigmoid($0) }
        case .softplus: mapLanes(count, x, into: y) { softplus($0) }
        case .leakyReLU(let slope):
            mapLanes(count, x, into: y) { $0.replacing(with: $0 * slope, where: .!($0 .> 0)) }
        }
    }

    public static func activateBackward(
        _ f: Activation, _ count: Int, _ x: Floats, _ g: Floats, into gx: Floats, beta: Float
    ) {
        switch f {
        case .exp: mapSlopes(count, x, g, into: gx, beta) { $1 * exp($0) }
        case .log: mapSlopes(count, x, g, into: gx, beta) { $1 / $0 }
        case .erf:
            mapSlopes(count, x, g, into: gx, beta) { x, g in
                g * (Lanes(repeating: 1.128_379_17) * exp(-(x * x)))  // 2/√π
            }
        case .gelu:
            mapSlopes(count, x, g, into: gx, beta) { x, g in
                // Φ + x · φ, φ the normal density
                let density = Lanes(repeating: 0.398_942_28) * exp(x * x * Lanes(repeating: -0.5))
                return g * normalDistribution(x).addingProduct(x, density)
            }
        case .tanhGELU:
            mapSlopes(count, x, g, into: gx, beta) { x, g in
                // Beyond, the distribution is 0 or 1, and its slope would have an infinite factor.
                let t = clamp(x, -10, 10)
                let p = tanhDistribution(t)
                let inner = Lanes(repeating: 1.595_769_1).addingProduct(t * t, Lanes(repeating: 0.214_064_48))
                return g * p.addingProduct(t * inner, p * (Lanes(repeating: 1) - p))
            }
        case .silu:
            mapSlopes(count, x, g, into: gx, beta) { x, g in
                let s = sigmoid(x)
                return g * s.addingProduct(x * s, Lanes(repeating: 1) - s)
            }
        case .softplus: mapSlopes(count, x, g, into: gx, beta) { $1 * sigmoid($0) }
        case .leakyReLU(let slope):
            mapSlopes(count, x, g, into: gx, beta) { $1.replacing(with: $1 * slope, where: .!($0 .> 0)) }
        }
    }

    /// `gx = f(x, g) + gx · beta`.
    @inline(__always)
    private static func mapSlopes(
        _ count: Int, _ x: Floats, _ g: Floats, into gx: Floats, _ beta: Float,
        _ f: (_ x: Lanes, _ g: Lanes) -> Lanes
    ) {
        if beta == 0 {
            mapLanes(count, x, g, into: gx, f)
        } else {
            mapLanes(count, x, g, gx, into: gx) { f($0, $1) + $2 }
        }
    }

    /// `Φ(x) = (1 + erf(x/√2)) / 2`.
    @inline(__always)
    private static func normalDistribution(_ x: Lanes) -> Lanes {
        let half = Lanes(repeating: 0.5)
        return half.addingProduct(half, erf(x * Lanes(repeating: 0.707_106_78)))
    }

    /// `(1 + tanh(√(2/π) · (x + 0.044715 x³))) / 2`, which is `σ(2 √(2/π) · (x + 0.044715 x³))`.
    @inline(__always)
    private static func tanhDistribution(_ x: Lanes) -> Lanes {
        let cubic = Lanes(repeating: 1.595_769_1).addingProduct(x * x, Lanes(repeating: 0.071_354_816))
        return sigmoid(x * cubic)
    }

    /// `max(x, 0) + log(1 + e^−|x|)`.
    @inline(__always)
    private static func softplus(_ x: Lanes) -> Lanes {
        let size = x.replacing(with: -x, where: x .< 0)
        return x.replacing(with: 0, where: x .< 0) + log1p(exp(-size))
    }
}
