#if AVX512
    import Kernels
#endif

/// `y = value`.
public func fill(_ count: Int, _ y: Floats, with value: Float) {
    y.update(repeating: value, count: count)
}

/// `y = x`.
public func copy(_ count: Int, _ x: Floats, into y: Floats) {
    y.update(from: x, count: count)
}

/// `y = x + y·beta`: overwrites `y` unread where `beta` is 0. Every backward pass adds its share with it.
public func accumulate(_ count: Int, _ x: Floats, into y: Floats, beta: Float) {
    if beta == 0 { copy(count, x, into: y) } else { add(count, x, y, into: y) }
}

/// `y = a + b`, elementwise; `y` may be `a` or `b`.
public func add(_ count: Int, _ a: Floats, _ b: Floats, into y: Floats) {
    mapLanes(count, a, b, into: y) { $0 + $1 }
}

/// `y = g · scale + y · beta`.
public func accumulateScaled(_ count: Int, _ g: Floats, by scale: Float, into y: Floats, beta: Float) {
    let scale = Lanes(repeating: scale)
    if beta == 0 {
        mapLanes(count, g, into: y) { $0 * scale }
    } else {
        mapLanes(count, g, y, into: y) { $0 * scale + $1 }
    }
}

/// `y = a · b + y · beta`, elementwise; `y` may be `a` or `b`.
public func multiply(_ count: Int, _ a: Floats, _ b: Floats, into y: Floats, beta: Float) {
    if beta == 0 {
        mapLanes(count, a, b, into: y) { $0 * $1 }
    } else {
        mapLanes(count, a, b, y, into: y) { $0 * $1 + $2 }
    }
}

/// `y = max(x, 0)`.
public func relu(_ count: Int, _ x: Floats, into y: Floats) {
    mapLanes(count, x, into: y) { $0.replacing(with: 0, where: $0 .< 0) }
}

/// The gradient of `relu`: `g` where the output `y` is positive.
public func reluBackward(_ count: Int, _ y: Floats, _ g: Floats, into gx: Floats, beta: Float) {
    if beta == 0 {
        mapLanes(count, y, g, into: gx) { y, g in Lanes.zero.replacing(with: g, where: y .> 0) }
    } else {
        mapLanes(count, y, g, gx, into: gx) { y, g, old in old.replacing(with: old + g, where: y .> 0) }
    }
}

/// The gradient of `sigmoid` from its output: `g · y · (1 − y)`.
public func sigmoidBackward(_ count: Int, _ y: Floats, _ g: Floats, into gx: Floats, beta: Float) {
    let one = Lanes(repeating: 1)
    if beta == 0 {
        mapLanes(count, y, g, into: gx) { y, g in g * y * (one - y) }
    } else {
        mapLanes(count, y, g, gx, into: gx) { y, g, old in old + g * y * (one - y) }
    }
}

/// The gradient of `tanh` from its output: `g · (1 − y²)`.
public func tanhBackward(_ count: Int, _ y: Floats, _ g: Floats, into gx: Floats, beta: Float) {
    let one = Lanes(repeating: 1)
    if beta == 0 {
        mapLanes(count, y, g, into: gx) { y, g in g * (one - y * y) }
    } else {
        mapLanes(count, y, g, gx, into: gx) { y, g, old in old + g * (one - y * y) }
    }
}

/// `sums[c] = Σ_r x[r, c] + sums[c] · beta`, rows added in order.
public func columnSums(_ rows: Int, _ columns: Int, _ x: Floats, into sums: Floats, beta: Float) {
    forEachLanes(columns) { c, width in
        var total = Lanes.zero
        for r in 0..<rows { total += x.load(r * columns + c, width) }
        sums.save(beta == 0 ? total : sums.load(c, width) + total, c, width)
    }
}

/// `sums[c] = Σ_r x[r, c]`, the rows being samples that are added in `order`.
public func columnSums(_ order: SumOrder, _ columns: Int, _ x: Floats, into sums: Floats) {
    withUnsafeTemporaryAllocation(of: Lanes.self, capacity: order.depth) { stack in
        forEachLanes(columns) { c, width in
            var depth = 0
            for (shard, rows) in order.shards.enumerated() {
                var total = Lanes.zero
                for r in rows { total += x.load(r * columns + c, width) }
                for _ in 0..<order.sumsEnding[shard] {
                    depth -= 1
                    total = stack[depth] + total
                }
                stack[depth] = total
                depth += 1
            }
            sums.save(stack[0], c, width)
        }
    }
}

/// `Σ x²` in double precision, in a fixed order of additions: four chains of eight lanes each.
public func sumOfSquares(_ count: Int, _ x: Floats) -> Double {
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

/// `Σ x` in double precision, in a fixed order of additions.
public func sum(_ count: Int, _ x: Floats) -> Double {
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
