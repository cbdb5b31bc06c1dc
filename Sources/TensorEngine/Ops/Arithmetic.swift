import Determinism
import Kernels

// Elementwise arithmetic with NumPy's broadcasting: shapes are aligned at their last axes, and an axis of size 1
// (or a missing one) is repeated.

/// `a + b`, broadcast.
public func + (a: Tensor, b: Tensor) -> Tensor {
    broadcast(a, b, { $0 + $1 }, gradientA: { g, _, _ in g }, gradientB: { g, _, _ in g })
}

/// `a − b`, broadcast.
public func - (a: Tensor, b: Tensor) -> Tensor {
    broadcast(a, b, { $0 - $1 }, gradientA: { g, _, _ in g }, gradientB: { g, _, _ in -g })
}

/// `a ∘ b`, broadcast.
public func * (a: Tensor, b: Tensor) -> Tensor {
    broadcast(a, b, { $0 * $1 }, gradientA: { g, _, b in g * b }, gradientB: { g, a, _ in g * a })
}

/// `a / b`, broadcast.
public func / (a: Tensor, b: Tensor) -> Tensor {
    broadcast(
        a, b, { $0 / $1 }, gradientA: { g, _, b in g / b }, gradientB: { g, a, b in -g * (a / b / b) })
}

/// A broadcast op from its scalar function and that function's partial derivatives times the output's gradient.
private func broadcast(
    _ a: Tensor, _ b: Tensor, _ f: @escaping (Float, Float) -> Float,
    gradientA: @escaping (_ g: Float, _ a: Float, _ b: Float) -> Float,
    gradientB: @escaping (_ g: Float, _ a: Float, _ b: Float) -> Float
) -> Tensor {
    let pairs = BroadcastIndices(a.shape, b.shape)
    return Tensor(shape: pairs.shape, from: a, b) { y in
        pairs.visit { y.pointer[$0] = f(a.pointer[$1], b.pointer[$2]) }
    } backward: { y in
        let g = y.gradientPointer
        a.receiveGradient { target, beta in
            if beta == 0 { kernels.fill(a.count, target, with: 0) }
            pairs.visit { target[$1] += gradientA(g[$0], a.pointer[$1], b.pointer[$2]) }
        }
        b.receiveGradient { target, beta in
            if beta == 0 { kernels.fill(b.count, target, with: 0) }
            pairs.visit { target[$2] += gradientB(g[$0], a.pointer[$1], b.pointer[$2]) }
        }
    }.keepingSamples(in: commonSamples(a, b, shape: pairs.shape))
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

/// Which element of each operand meets at each element of a broadcast result.
private struct BroadcastIndices {
    let shape: [Int]
    private let stridesA: [Int]
    private let stridesB: [Int]

    init(_ a: [Int], _ b: [Int]) {
        let rank = max(a.count, b.count)
        let paddedA = Array(repeating: 1, count: rank - a.count) + a
        let paddedB = Array(repeating: 1, count: rank - b.count) + b
        shape = zip(paddedA, paddedB).map { sizeA, sizeB in
            requireShape(
                sizeA == sizeB || sizeA == 1 || sizeB == 1, "shapes \(a) and \(b) do not broadcast")
            return sizeA == 1 ? sizeB : sizeA
        }
        stridesA = Self.strides(paddedA)
        stridesB = Self.strides(paddedB)
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

    /// Calls `body(result, a, b)` with element offsets, in row-major order of the result.
    func visit(_ body: (_ result: Int, _ a: Int, _ b: Int) -> Void) {
        var index = [Int](repeating: 0, count: shape.count)
        var (a, b) = (0, 0)
        for result in 0..<shape.reduce(1, *) {
            body(result, a, b)
            for axis in shape.indices.reversed() {
                index[axis] += 1
                a += stridesA[axis]
                b += stridesB[axis]
                if index[axis] < shape[axis] { break }
                a -= stridesA[axis] * shape[axis]
                b -= stridesB[axis] * shape[axis]
                index[axis] = 0
            }
        }
    }
}
