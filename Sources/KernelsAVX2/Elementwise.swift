import KernelTypes

extension VectorKernels {
    public static func fill(_ count: Int, _ y: Floats, with value: Float) {
        y.update(repeating: value, count: count)
    }

    public static func copy(_ count: Int, _ x: Floats, into y: Floats) {
        y.update(from: x, count: count)
    }

    public static func accumulate(_ count: Int, _ x: Floats, into y: Floats, beta: Float) {
        if beta == 0 { copy(count, x, into: y) } else { add(count, x, y, into: y) }
    }

    public static func add(_ count: Int, _ a: Floats, _ b: Floats, into y: Floats) {
        mapLanes(count, a, b, into: y) { $0 + $1 }
    }

    public static func combine(
        _ f: Arithmetic, _ count: Int, _ a: Floats, _ stepA: Int, _ b: Floats, _ stepB: Int, into y: Floats,
        beta: Float
    ) {
        switch f {
        case .add: combineLanes(count, a, stepA, b, stepB, into: y, beta) { $0 + $1 }
        case .subtract: combineLanes(count, a, stepA, b, stepB, into: y, beta) { $0 - $1 }
        case .multiply: combineLanes(count, a, stepA, b, stepB, into: y, beta) { $0 * $1 }
        case .divide: combineLanes(count, a, stepA, b, stepB, into: y, beta) { $0 / $1 }
        }
    }

    @inline(__always)
    private static func combineLanes(
        _ count: Int, _ a: Floats, _ stepA: Int, _ b: Floats, _ stepB: Int, into y: Floats, _ beta: Float,
        _ f: (Lanes, Lanes) -> Lanes
    ) {
        if count == 0 { return }
        let (onlyA, onlyB) = (Lanes(repeating: a[0]), Lanes(repeating: b[0]))
        forEachLanes(count) { at, width in
            let value = f(
                stepA == 0 ? onlyA : a.load(at, width), stepB == 0 ? onlyB : b.load(at, width))
            y.save(beta == 0 ? value : y.load(at, width) + value, at, width)
        }
    }

    public static func accumulateScaled(
        _ count: Int, _ g: Floats, by scale: Float, into y: Floats, beta: Float
    ) {
        let scale = Lanes(repeating: scale)
        if beta == 0 {
            mapLanes(count, g, into: y) { $0 * scale }
        } else {
            mapLanes(count, g, y, into: y) { $0 * scale + $1 }
        }
    }

    public static func multiply(_ count: Int, _ a: Floats, _ b: Floats, into y: Floats, beta: Float) {
        if beta == 0 {
            mapLanes(count, a, b, into: y) { $0 * $1 }
        } else {
            mapLanes(count, a, b, y, into: y) { $0 * $1 + $2 }
        }
    }

    public static func relu(_ count: Int, _ x: Floats, into y: Floats) {
        mapLanes(count, x, into: y) { $0.replacing(with: 0, where: $0 .< 0) }
    }

    public static func reluBackward(_ count: Int, _ y: Floats, _ g: Floats, into gx: Floats, beta: Float) {
        if beta == 0 {
            mapLanes(count, y, g, into: gx) { y, g in Lanes.zero.replacing(with: g, where: y .> 0) }
        } else {
            mapLanes(count, y, g, gx, into: gx) { y, g, old in old.replacing(with: old + g, where: y .> 0) }
        }
    }

    public static func sigmoidBackward(_ count: Int, _ y: Floats, _ g: Floats, into gx: Floats, beta: Float) {
        let one = Lanes(repeating: 1)
        if beta == 0 {
            mapLanes(count, y, g, into: gx) { y, g in g * y * (one - y) }
        } else {
            mapLanes(count, y, g, gx, into: gx) { y, g, old in old + g * y * (one - y) }
        }
    }

    public static func tanhBackward(_ count: Int, _ y: Floats, _ g: Floats, into gx: Floats, beta: Float) {
        let one = Lanes(repeating: 1)
        if beta == 0 {
            mapLanes(count, y, g, into: gx) { y, g in g * (one - y * y) }
        } else {
            mapLanes(count, y, g, gx, into: gx) { y, g, old in old + g * (one - y * y) }
        }
    }

    public static func columnSums(_ rows: Int, _ columns: Int, _ x: Floats, into sums: Floats, beta: Float) {
        forEachLanes(columns) { c, width in
            var total = Lanes.zero
            for r in 0..<rows { total += x.load(r * columns + c, width) }
            sums.save(beta == 0 ? total : sums.load(c, width) + total, c, width)
        }
    }

    public static func copyRows(_ rows: Int, _ columns: Int, _ x: RowsView, into y: RowsView) {
        for row in 0..<rows {
            let (source, target) = (x.pointer + row * x.stride, y.pointer + row * y.stride)
            forEachLanes(columns) { target.save(source.load($0, $1), $0, $1) }
        }
    }

    public static func fillRowConstants(_ rows: Int, _ columns: Int, _ y: Floats, stride: Int, _ a: Floats) {
        for row in 0..<rows { fill(columns, y + row * stride, with: a[row]) }
    }

    public static func sumOfSquares(_ count: Int, _ x: Floats) -> Double {
        var totals = InlineArray<4, SIMD8<Double>>(repeating: .zero)
        var i = 0
        while i + 32 <= count {
            for chain in 0..<4 {
                let lanes: SIMD8<Float> = x.vector(i + 8 * chain)
                let values = SIMD8<Double>(lanes)
                totals[chain] += values * values
            }
            i += 32
        }
        var total = ((totals[0] + totals[1]) + (totals[2] + totals[3])).sum()
        while i < count {
            total += Double(x[i]) * Double(x[i])
            i += 1
        }
        return total
    }

    public static func sum(_ count: Int, _ x: Floats) -> Double {
        var low = SIMD4<Double>.zero
        var high = SIMD4<Double>.zero
        var i = 0
        while i + 8 <= count {
            let lanes: SIMD8<Float> = x.vector(i)
            low += SIMD4<Double>(lanes.lowHalf)
            high += SIMD4<Double>(lanes.highHalf)
            i += 8
        }
        var total = (low + high).sum()
        while i < count {
            total += Double(x[i])
            i += 1
        }
        return total
    }
}
