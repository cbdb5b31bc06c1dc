import Determinism
import Kernels

// Elementwise arithmetic with NumPy's broadcasting: shapes are aligned at their last axes, and an axis of size 1
// (or a missing one) is repeated. A residual sum, `x + f(x)`, is one such: both operands get the gradient.

/// `a + b`, broadcast.
public func + (a: Tensor, b: Tensor) -> Tensor {
    arithmetic("add", .add, a, b, gradients: .gradient, .gradient)
}

/// `a − b`, broadcast.
public func - (a: Tensor, b: Tensor) -> Tensor {
    arithmetic("subtract", .subtract, a, b, gradients: .gradient, .opposite)
}

/// `a ∘ b`, broadcast.
public func * (a: Tensor, b: Tensor) -> Tensor {
    arithmetic("multiply", .multiply, a, b, gradients: .timesRight, .timesLeft)
}

/// `a / b`, broadcast.
public func / (a: Tensor, b: Tensor) -> Tensor {
    arithmetic("divide", .divide, a, b, gradients: .overRight, .ofDivisor)
}

/// What an operand's gradient is made of, from the result's, g.
private enum Share {
    /// g
    case gradient
    /// −g
    case opposite
    /// g ∘ b
    case timesRight
    /// g ∘ a
    case timesLeft
    /// g / b
    case overRight
    /// −g ∘ a / b², without the square, which may leave a Float's range
    case ofDivisor
}

private func arithmetic(
    _ operation: Operation, _ f: Arithmetic, _ a: Tensor, _ b: Tensor, gradients shareA: Share,
    _ shareB: Share
) -> Tensor {
    let runs = BroadcastRuns(operation.name, a.shape, b.shape)
    let length = runs.length
    let sums = Storage(count: runs.stepA == 1 && runs.stepB == 1 ? 0 : length)
    let slopes = Storage(count: f == .divide ? length : 0)

    /// Writes a run of an operand's share.
    func write(
        _ share: Share, _ g: Floats, _ a: Floats, _ b: Floats, into target: Floats, beta: Float
    ) {
        switch share {
        case .gradient: kernels.accumulate(length, g, into: target, beta: beta)
        case .opposite: kernels.accumulateScaled(length, g, by: -1, into: target, beta: beta)
        case .timesRight:
            kernels.combine(.multiply, length, g, 1, b, runs.stepB, into: target, beta: beta)
        case .timesLeft:
            kernels.combine(.multiply, length, g, 1, a, runs.stepA, into: target, beta: beta)
        case .overRight:
            kernels.combine(.divide, length, g, 1, b, runs.stepB, into: target, beta: beta)
        case .ofDivisor:
            let slopes = slopes.pointer
            kernels.combine(.divide, length, a, runs.stepA, b, runs.stepB, into: slopes, beta: 0)
            kernels.combine(.divide, length, slopes, 1, b, runs.stepB, into: slopes, beta: 0)
            kernels.combine(.multiply, length, g, 1, slopes, 1, into: slopes, beta: 0)
            kernels.accumulateScaled(length, slopes, by: -1, into: target, beta: beta)
        }
    }

    /// Adds an operand's share, over all places where an element of it is repeated.
    func receive(_ operand: Tensor, _ share: Share, _ y: Tensor, isLeft: Bool) {
        let (g, isRepeated) = (y.gradientPointer, operand.count != y.count)
        let step = isLeft ? runs.stepA : runs.stepB
        operand.receiveGradient { target, beta in
            if isRepeated && beta == 0 { kernels.fill(operand.count, target, with: 0) }
            runs.visit { result, atA, atB in
                let (target, a, b) = (target + (isLeft ? atA : atB), a.pointer + atA, b.pointer + atB)
                if step == 1 {
                    write(share, g + result, a, b, into: target, beta: isRepeated ? 1 : beta)
                } else {
                    write(share, g + result, a, b, into: sums.pointer, beta: 0)
                    for i in 0..<length { target[0] += sums.pointer[i] }
                }
            }
        }
    }

    return Tensor(operation, shape: runs.shape, from: a, b) { y in
        runs.visit { result, atA, atB in
            kernels.combine(
                f, length, a.pointer + atA, runs.stepA, b.pointer + atB, runs.stepB,
                into: y.pointer + result, beta: 0)
        }
    } backward: { y in
        receive(a, shareA, y, isLeft: true)
        receive(b, shareB, y, isLeft: false)
    }.keepingSamples(in: commonSamples(a, b, shape: runs.shape))
}

/// The order of samples that lie along the first axis of both operands; or of one of them, where no gradient of the other
/// is summed over them.
private func commonSamples(_ a: Tensor, _ b: Tensor, shape: [Int]) -> SumOrder? {
    guard let order = a.sumOrder ?? b.sumOrder else { return nil }
    func fits(_ operand: Tensor) -> Bool {
        operand.sumOrder == nil
            ? !operand.requiresGradient
            : operand.shape.count == shape.count && operand.shape.first == shape.first
                && operand.sumOrder?.shards == order.shards
    }
    return fits(a) && fits(b) ? order : nil
}

/// Which elements of the operands meet in a broadcast result: runs of elements along which each operand either goes on or
/// stays, and where they begin.
///
/// `[2, 3, 4, 5]` and `[3, 1, 1]`: 6 runs of 20 elements, along which the second operand stays.
private struct BroadcastRuns {
    private typealias Axis = (size: Int, strideA: Int, strideB: Int)

    let shape: [Int]
    /// Elements of a run.
    let length: Int
    /// From one element of a run to the next: 1, or 0 where an operand has one for the whole run.
    let stepA, stepB: Int
    /// The axes that are no part of runs.
    private let outer: [Axis]

    init(_ op: String, _ a: [Int], _ b: [Int]) {
        let rank = max(a.count, b.count)
        let paddedA = Array(repeating: 1, count: rank - a.count) + a
        let paddedB = Array(repeating: 1, count: rank - b.count) + b
        requireShape(
            zip(paddedA, paddedB).allSatisfy { $0 == $1 || $0 == 1 || $1 == 1 },
            "\(op): shapes \(a) and \(b) do not broadcast")
        let shape = zip(paddedA, paddedB).map { $0 == 1 ? $1 : $0 }
        let (stridesA, stridesB) = (Self.strides(paddedA), Self.strides(paddedB))
        var axes: [Axis] = shape.indices.filter { shape[$0] != 1 }.map {
            (shape[$0], stridesA[$0], stridesB[$0])
        }
        var run = axes.popLast() ?? (1, 1, 1)
        while let next = axes.last, next.strideA == run.strideA * run.size,
            next.strideB == run.strideB * run.size
        {
            run.size *= next.size
            axes.removeLast()
        }
        self.shape = shape
        (length, stepA, stepB) = run
        outer = axes
    }

    /// Row-major strides, 0 along axes of size 1.
    private static func strides(_ shape: [Int]) -> [Int] {
        var strides = [Int](repeating: 0, count: shape.count)
        var stride = 1
        for axis in shape.indices.reversed() {
            strides[axis] = shape[axis] == 1 ? 0 : stride
            stride *= shape[axis]
        }
        return strides
    }

    /// Calls `body(result, a, b)` with the offset of each run's first elements, in row-major order of the result.
    func visit(_ body: (_ result: Int, _ a: Int, _ b: Int) -> Void) {
        let count = outer.reduce(1) { $0 * $1.size }
        withUnsafeTemporaryAllocation(of: Int.self, capacity: outer.count) { index in
            index.initialize(repeating: 0)
            var (a, b) = (0, 0)
            for run in 0..<count {
                body(run * length, a, b)
                for axis in outer.indices.reversed() {
                    let (size, strideA, strideB) = outer[axis]
                    index[axis] += 1
                    a += strideA
                    b += strideB
                    if index[axis] < size { break }
                    a -= strideA * size
                    b -= strideB * size
                    index[axis] = 0
                }
            }
        }
    }
}
