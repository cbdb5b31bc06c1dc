import CCPU
import KernelTypes

extension RowsView {
    @inline(__always)
    fileprivate func row(_ index: Int) -> Floats { pointer + index * stride }

    /// A vector of row `row` from `column` on.
    @inline(__always)
    fileprivate func load(_ row: Int, _ column: Int) -> Lanes { (pointer + row * stride).vector(column) }

    /// The first `count` numbers of a vector: what stands behind them is rewritten, which costs less than to tell them
    /// apart.
    @inline(__always)
    fileprivate func store(_ value: Lanes, _ row: Int, _ column: Int, _ count: Int) {
        let target = pointer + row * stride
        if count == Lanes.scalarCount { return target.store(value, column) }
        let isStored = laneNumbers .< Int32(count)
        target.store((target.vector(column) as Lanes).replacing(with: value, where: isStored), column)
    }
}

private typealias Numbers = Lanes.MaskStorage

@inline(__always)
private var laneNumbers: Numbers {
    var numbers = Numbers.zero
    for lane in 0..<Numbers.scalarCount { numbers[lane] = Int32(lane) }
    return numbers
}

/// Calls `body` for each sample's whole vectors of units, then once for the rest of them.
@inline(__always)
private func forEachVector(
    _ samples: Int, _ units: Int, _ body: (_ sample: Int, _ unit: Int, _ count: Int) -> Void
) {
    let width = Lanes.scalarCount
    let whole = units / width * width
    for sample in 0..<samples {
        for unit in stride(from: 0, to: whole, by: width) { body(sample, unit, width) }
        if whole < units { body(sample, whole, units - whole) }
    }
}

/// Calls `body` for a few samples at a time, whose rows stay in the first-level cache.
@inline(__always)
private func forEachBlock(_ samples: Int, _ body: (_ first: Int, _ count: Int) -> Void) {
    for first in stride(from: 0, to: samples, by: 4) { body(first, min(4, samples - first)) }
}

// One nonlinearity in each function: the forward pass is 1 (AVX-512) to 4 % (AVX2) faster than with all in one loop.

/// The units from `first` on, with their biases, become their sigmoids.
@inline(never)
private func applySigmoid(_ samples: Int, _ units: Int, from first: Int, _ gates: RowsView, _ bias: Floats) {
    forEachVector(samples, units) { sample, unit, count in
        let at = first + unit
        gates.store(VectorKernels.sigmoid(gates.load(sample, at) + bias.vector(at)), sample, at, count)
    }
}

/// The units from `first` on, with their biases, become their hyperbolic tangents.
@inline(never)
private func applyTanh(_ samples: Int, _ units: Int, from first: Int, _ gates: RowsView, _ bias: Floats) {
    forEachVector(samples, units) { sample, unit, count in
        let at = first + unit
        gates.store(VectorKernels.tanh(gates.load(sample, at) + bias.vector(at)), sample, at, count)
    }
}

extension VectorKernels {
    public static func lstmGates(
        samples: Int, hidden: Int, gates: RowsView, bias: Floats, cellBefore: RowsView, cell: RowsView,
        cellTanh: RowsView, output: RowsView
    ) {
        forEachBlock(samples) { first, samples in
            let gates = gates.moved(rows: first)
            let (cellBefore, cell) = (cellBefore.moved(rows: first), cell.moved(rows: first))
            let (cellTanh, output) = (cellTanh.moved(rows: first), output.moved(rows: first))
            applySigmoid(samples, 2 * hidden, from: 0, gates, bias)
            applyTanh(samples, hidden, from: 2 * hidden, gates, bias)
            applySigmoid(samples, hidden, from: 3 * hidden, gates, bias)
            forEachVector(samples, hidden) { sample, unit, count in
                let (i, f) = (gates.load(sample, unit), gates.load(sample, hidden + unit))
                let (g, o) = (gates.load(sample, 2 * hidden + unit), gates.load(sample, 3 * hidden + unit))
                let c = (i * g).addingProduct(f, cellBefore.load(sample, unit))
                let tanhC = tanh(c)
                cell.store(c, sample, unit, count)
                cellTanh.store(tanhC, sample, unit, count)
                output.store(o * tanhC, sample, unit, count)
            }
        }
    }

    public static func lstmGatesBackward(
        samples: Int, hidden: Int, gates: RowsView, cellBefore: RowsView, cellTanh: RowsView,
        outputGradient: RowsView, cellGradient: RowsView
    ) {
        let one = Lanes(repeating: 1)
        forEachVector(samples, hidden) { sample, unit, count in
            let (i, f) = (gates.load(sample, unit), gates.load(sample, hidden + unit))
            let (g, o) = (gates.load(sample, 2 * hidden + unit), gates.load(sample, 3 * hidden + unit))
            for gate in 0..<4 { lockstep_prefetch(gates.row(sample + 2) + gate * hidden + unit) }
            lockstep_prefetch(cellTanh.row(sample + 2) + unit)
            lockstep_prefetch(cellBefore.row(sample + 2) + unit)
            let tanhC = cellTanh.load(sample, unit)
            let gh = outputGradient.load(sample, unit)
            let gc = cellGradient.load(sample, unit).addingProduct(gh * o, one - tanhC * tanhC)
            gates.store(gc * g * i * (one - i), sample, unit, count)
            gates.store(
                gc * cellBefore.load(sample, unit) * f * (one - f), sample, hidden + unit, count)
            gates.store(gc * i * (one - g * g), sample, 2 * hidden + unit, count)
            gates.store(gh * tanhC * o * (one - o), sample, 3 * hidden + unit, count)
            cellGradient.store(gc * f, sample, unit, count)
        }
    }

    public static func gruGates(
        samples: Int, hidden: Int, gates: RowsView, bias: Floats, before: RowsView, output: RowsView
    ) {
        applySigmoid(samples, 2 * hidden, from: 0, gates, bias)
        forEachVector(samples, hidden) { sample, unit, count in
            let (r, z) = (gates.load(sample, unit), gates.load(sample, hidden + unit))
            let candidate = gates.load(sample, 3 * hidden + unit) + bias.vector(3 * hidden + unit)
            let input = gates.load(sample, 2 * hidden + unit) + bias.vector(2 * hidden + unit)
            let n = tanh(input.addingProduct(r, candidate))
            gates.store(n, sample, 2 * hidden + unit, count)
            gates.store(candidate, sample, 3 * hidden + unit, count)
            output.store(n.addingProduct(z, before.load(sample, unit) - n), sample, unit, count)
        }
    }

    public static func gruGatesBackward(
        samples: Int, hidden: Int, gates: RowsView, before: RowsView, stateGradient: RowsView
    ) {
        let one = Lanes(repeating: 1)
        forEachVector(samples, hidden) { sample, unit, count in
            let (r, z) = (gates.load(sample, unit), gates.load(sample, hidden + unit))
            let n = gates.load(sample, 2 * hidden + unit)
            let candidate = gates.load(sample, 3 * hidden + unit)
            let g = stateGradient.load(sample, unit)
            let gn = g * (one - z) * (one - n * n)
            gates.store(gn * candidate * r * (one - r), sample, unit, count)
            gates.store(g * (before.load(sample, unit) - n) * z * (one - z), sample, hidden + unit, count)
            gates.store(gn, sample, 2 * hidden + unit, count)
            gates.store(gn * r, sample, 3 * hidden + unit, count)
            stateGradient.store(g * z, sample, unit, count)
        }
    }

    public static func rnnGates(
        samples: Int, hidden: Int, usesReLU: Bool, gates: RowsView, bias: Floats, output: RowsView
    ) {
        forEachVector(samples, hidden) { sample, unit, count in
            let x = gates.load(sample, unit) + bias.vector(unit)
            output.store(usesReLU ? x.replacing(with: 0, where: x .< 0) : tanh(x), sample, unit, count)
        }
    }

    public static func rnnGatesBackward(
        samples: Int, hidden: Int, usesReLU: Bool, output: RowsView, outputGradient: RowsView, gates: RowsView
    ) {
        let one = Lanes(repeating: 1)
        forEachVector(samples, hidden) { sample, unit, count in
            let h = output.load(sample, unit)
            let g = outputGradient.load(sample, unit)
            gates.store(
                usesReLU ? Lanes.zero.replacing(with: g, where: h .> 0) : g * (one - h * h), sample, unit,
                count)
        }
    }
}
