import Glibc
import KernelTypes

extension VectorKernels {
    public static func softmaxRows(
        _ rows: Int, _ classes: Int, _ logits: Floats, into y: Floats, logSums: Floats
    ) {
        for r in 0..<rows {
            let x = logits + r * classes
            let p = y + r * classes
            var peak = x[0]
            for c in 1..<Swift.max(classes, 1) where !(x[c] <= peak) { peak = x[c] }
            for c in 0..<classes { p[c] = x[c] - peak }
            mapLanes(classes, p, into: p) { exp($0) }
            var total: Float = 0
            for c in 0..<classes { total += p[c] }
            for c in 0..<classes { p[c] /= total }
            logSums[r] = peak + logf(total)
        }
    }

    public static func crossEntropySum(
        _ rows: Int, _ classes: Int, _ logits: Floats, logSums: Floats, labels: UnsafePointer<Int32>
    ) -> Float {
        var loss: Float = 0
        for r in 0..<rows { loss += logSums[r] - logits[r * classes + Int(labels[r])] }
        return loss
    }

    public static func crossEntropyBackward(
        _ rows: Int, _ classes: Int, probabilities: Floats, labels: UnsafePointer<Int32>, scale: Float,
        into gx: Floats, beta: Float
    ) {
        accumulateScaled(rows * classes, probabilities, by: scale, into: gx, beta: beta)
        for r in 0..<rows { gx[r * classes + Int(labels[r])] -= scale }
    }

    public static func weightedCrossEntropySum(
        _ rows: Int, _ classes: Int, _ logits: Floats, logSums: Floats, labels: UnsafePointer<Int32>,
        weights: Floats, smoothing: Float
    ) -> Float {
        var loss: Float = 0
        for r in 0..<rows {
            let (x, logSum, label) = (logits + r * classes, logSums[r], Int(labels[r]))
            loss += (1 - smoothing) * weights[label] * (logSum - x[label])
            if smoothing == 0 { continue }  // what it would not count may be infinite
            let logSums = SumLanes(repeating: logSum)
            let all = rowSum(
                classes, { weights.vector($0) * (logSums - x.vector($0)) }, { weights[$0] * (logSum - x[$0]) }
            )
            loss += smoothing / Float(classes) * all
        }
        return loss
    }

    public static func weightedCrossEntropyBackward(
        _ rows: Int, _ classes: Int, probabilities: Floats, labels: UnsafePointer<Int32>, weights: Floats,
        smoothing: Float, scale: Float, into gx: Floats, beta: Float
    ) {
        let share = scale * smoothing / Float(classes)
        let total = rowSum(classes, { weights.vector($0) }, { weights[$0] })
        for r in 0..<rows {
            let (p, gx, label) = (probabilities + r * classes, gx + r * classes, Int(labels[r]))
            let own = scale * (1 - smoothing) * weights[label]
            let pulls = Lanes(repeating: own + share * total)
            forEachLanes(classes) { at, width in
                let value = p.load(at, width) * pulls - weights.load(at, width) * share
                gx.save(beta == 0 ? value : gx.load(at, width) + value, at, width)
            }
            gx[label] -= own
        }
    }

    public static func softmaxBackward(
        _ rows: Int, _ classes: Int, _ y: Floats, _ g: Floats, into gx: Floats, beta: Float
    ) {
        for r in 0..<rows {
            let base = r * classes
            var dot: Float = 0
            for c in base..<base + classes { dot += g[c] * y[c] }
            for c in base..<base + classes {
                let share = y[c] * (g[c] - dot)
                gx[c] = beta == 0 ? share : gx[c] + share
            }
        }
    }

    public static func countCorrect(
        _ rows: Int, _ classes: Int, _ logits: Floats, labels: UnsafePointer<Int32>
    ) -> Int {
        var correct = 0
        for r in 0..<rows {
            let (x, label) = (logits + r * classes, labels[r])
            let own = x[Int(label)]
            var ahead: Int32 = 0
            for c in 0..<Int32(classes) {  // without branches, so that several are compared at once
                let other = x[Int(c)]
                ahead |= (other > own ? 1 : 0) | (other == own ? 1 : 0) & (c < label ? 1 : 0)
            }
            // No comparison holds for a NaN: as in `firstMaximum` it wins in the first place, and nowhere else.
            let isNumber = own == own && x[0] == x[0]
            if ahead == 0 && (isNumber || label == 0) { correct += 1 }
        }
        return correct
    }

    public static func firstMaximum(_ classes: Int, _ x: Floats) -> Int {
        var best = 0
        for c in 1..<Swift.max(classes, 1) where x[c] > x[best] { best = c }
        return best
    }
}
