/// One SGD step over a flat parameter buffer, in one pass (PyTorch's `torch.optim.SGD`).
///
///     g ← scale · Σg + weightDecay · p
///     v ← momentum · v + g
///     p ← p − lr · (nesterov ? g + momentum · v : v)
///
/// - Parameters:
///   - scale: what turns the summed gradient into the mean (and clips it).
///   - velocity: v; ignored where momentum is 0.
public func sgdUpdate(
    _ count: Int, parameters p: Floats, gradients: Floats, velocity v: Floats?, scale: Float,
    learningRate: Float, momentum: Float, nesterov: Bool, weightDecay: Float
) {
    let (scale, decay) = (Lanes(repeating: scale), Lanes(repeating: weightDecay))
    let (rate, momentum) = (Lanes(repeating: learningRate), Lanes(repeating: momentum))
    forEachLanes(count) { at, width in
        let old = p.load(at, width)
        let g = gradients.load(at, width) * scale + decay * old
        guard let v else {
            p.save(old - rate * g, at, width)
            return
        }
        let velocity = momentum * v.load(at, width) + g
        v.save(velocity, at, width)
        p.save(old - rate * (nesterov ? g + momentum * velocity : velocity), at, width)
    }
}
