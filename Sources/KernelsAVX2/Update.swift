import KernelTypes

extension VectorKernels {
    public static func sgdUpdate(
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

    public static func adamUpdate(
        _ count: Int, parameters p: Floats, gradients: Floats, mean m: Floats, square v: Floats,
        _ factors: AdamFactors
    ) {
        let (rate, correction) = (Lanes(repeating: factors.rate), Lanes(repeating: factors.correction))
        let (epsilon, shrinkage) = (Lanes(repeating: factors.epsilon), Lanes(repeating: factors.shrinkage))
        forEachAverage(count, p, gradients, m, v, factors) { at, width, old, mean, square in
            p.save(shrinkage * old - rate * mean / (square.squareRoot() / correction + epsilon), at, width)
        }
    }

    public static func adamDirection(
        _ count: Int, parameters p: Floats, gradients: Floats, mean m: Floats, square v: Floats, decay: Float,
        _ factors: AdamFactors
    ) {
        let (rate, correction) = (Lanes(repeating: factors.rate), Lanes(repeating: factors.correction))
        let (epsilon, decay) = (Lanes(repeating: factors.epsilon), Lanes(repeating: decay))
        forEachAverage(count, p, gradients, m, v, factors) { at, width, old, mean, square in
            let direction = rate * mean / (square.squareRoot() / correction + epsilon) + decay * old
            gradients.save(direction, at, width)
        }
    }

    /// Takes the gradients into their moving averages, and calls `body` with a register of parameters and of both averages.
    @inline(__always)
    private static func forEachAverage(
        _ count: Int, _ p: Floats, _ gradients: Floats, _ m: Floats, _ v: Floats, _ factors: AdamFactors,
        _ body: (_ at: Int, _ width: Int, _ old: Lanes, _ mean: Lanes, _ square: Lanes) -> Void
    ) {
        let (scale, penalty) = (Lanes(repeating: factors.scale), Lanes(repeating: factors.penalty))
        let (gain1, gain2) = (Lanes(repeating: factors.gain1), Lanes(repeating: factors.gain2))
        let beta2 = Lanes(repeating: factors.beta2)
        forEachLanes(count) { at, width in
            let old = p.load(at, width)
            let g = gradients.load(at, width) * scale + penalty * old
            let before = m.load(at, width)
            let mean = before + gain1 * (g - before)
            let square = beta2 * v.load(at, width) + gain2 * g * g
            m.save(mean, at, width)
            v.save(square, at, width)
            body(at, width, old, mean, square)
        }
    }
}
