/// One step of LSTM gates over a batch, in place: pre-activations `[n, 4·hidden]` in gate order i f g o become
/// activations, and
///
///     c′ = f ∘ c + i ∘ g        h′ = o ∘ tanh c′
///
/// - Parameters:
///   - cellBefore: c `[n, hidden]`.
///   - cell, cellTanh, output: c′, tanh c′ and h′ `[n, hidden]`.
public func lstmGates(
    _ n: Int, hidden: Int, gates: Floats, cellBefore: Floats, cell: Floats, cellTanh: Floats, output: Floats
) {
    for r in 0..<n {
        let i = gates + r * 4 * hidden
        let (f, g, o) = (i + hidden, i + 2 * hidden, i + 3 * hidden)
        let row = r * hidden
        forEachLanes(hidden) { at, width in
            let iv = sigmoid(i.load(at, width))
            let fv = sigmoid(f.load(at, width))
            let gv = tanh(g.load(at, width))
            let ov = sigmoid(o.load(at, width))
            let c = (iv * gv).addingProduct(fv, cellBefore.load(row + at, width))
            let tc = tanh(c)
            i.save(iv, at, width)
            f.save(fv, at, width)
            g.save(gv, at, width)
            o.save(ov, at, width)
            cell.save(c, row + at, width)
            cellTanh.save(tc, row + at, width)
            output.save(ov * tc, row + at, width)
        }
    }
}

/// The backward of `lstmGates`: activations in `gates` become gradients of the pre-activations, and `cellGradient`
/// goes from ∂L/∂c′ (what later steps sent back) to ∂L/∂c.
///
///     ∂o = ∂h′ ∘ tanh c′       ∂c′ += ∂h′ ∘ o ∘ (1 − tanh² c′)
///     ∂i = ∂c′ ∘ g    ∂g = ∂c′ ∘ i    ∂f = ∂c′ ∘ c    ∂c = ∂c′ ∘ f
public func lstmGatesBackward(
    _ n: Int, hidden: Int, gates: Floats, cellBefore: Floats, cellTanh: Floats, outputGradient: Floats,
    cellGradient: Floats
) {
    let one = Lanes(repeating: 1)
    for r in 0..<n {
        let i = gates + r * 4 * hidden
        let (f, g, o) = (i + hidden, i + 2 * hidden, i + 3 * hidden)
        let row = r * hidden
        forEachLanes(hidden) { at, width in
            let (iv, fv) = (i.load(at, width), f.load(at, width))
            let (gv, ov) = (g.load(at, width), o.load(at, width))
            let tc = cellTanh.load(row + at, width)
            let dh = outputGradient.load(row + at, width)
            let dc = cellGradient.load(row + at, width).addingProduct(dh * ov, one - tc * tc)
            i.save(dc * gv * iv * (one - iv), at, width)
            f.save(dc * cellBefore.load(row + at, width) * fv * (one - fv), at, width)
            g.save(dc * iv * (one - gv * gv), at, width)
            o.save(dh * tc * ov * (one - ov), at, width)
            cellGradient.save(dc * fv, row + at, width)
        }
    }
}
