import Kernels

/// Softmax over the last axis: `[…, classes] → […, classes]`, each row summing to 1.
public func softmax(_ x: Tensor) -> Tensor {
    let classes = x.shape.last ?? 1
    let rows = classes == 0 ? 0 : x.count / classes
    let logSums = Storage(count: rows)
    return Tensor(
        Operation("softmax", ["axis": .integer(x.shape.count - 1)]), shape: x.shape, from: x
    ) { y in
        kernels.softmaxRows(rows, classes, x.pointer, into: y.pointer, logSums: logSums.pointer)
    } backward: { y in
        x.receiveGradient {
            kernels.softmaxBackward(rows, classes, y.pointer, y.gradientPointer, into: $0, beta: $1)
        }
    }.keepingSamples(in: x.shape.count > 1 ? x.sumOrder : nil)
}

/// Softmax over the elements of the last axis that a mask keeps; the others become 0. A row without any is all zeros.
///
/// - Parameters:
///   - x: `[…, columns]`, such as attention's scores `[n, heads, queries, keys]`.
///   - mask: not 0 for the elements to keep. Its shape broadcasts to that of x, whose last axis it has; `causalMask` makes
///     one, and `[n, 1, 1, keys]` is a sample's own. No gradient flows to it.
public func softmax(_ x: Tensor, mask: Tensor) -> Tensor {
    let columns = x.shape.last ?? 0
    let axes = [Int](repeating: 1, count: max(0, x.shape.count - mask.shape.count)) + mask.shape
    requireShape(
        columns > 0 && axes.count == x.shape.count && axes.last == columns
            && zip(axes, x.shape).allSatisfy { $0 == $1 || $0 == 1 },
        "softmax: mask \(mask.shape) does not fit input \(x.shape): its last axis is that, others are the same or 1"
    )
    let rows = x.count / columns
    let maskRows = Indices(
        (0..<rows).map { row in
            var (row, place, stride) = (row, 0, columns)
            for axis in x.shape.indices.dropLast().reversed() {
                if axes[axis] > 1 { place += row % x.shape[axis] * stride }
                stride *= axes[axis]
                row /= x.shape[axis]
            }
            return Int32(place)
        })
    return Tensor(
        Operation("softmax", ["axis": .integer(x.shape.count - 1), "mask": .flag(true)]), shape: x.shape,
        from: x, mask
    ) { y in
        kernels.maskedSoftmaxRows(
            rows, columns, x.pointer, mask: mask.pointer, maskRows: maskRows.pointer, into: y.pointer)
    } backward: { y in
        x.receiveGradient {
            kernels.softmaxBackward(rows, columns, y.pointer, y.gradientPointer, into: $0, beta: $1)
        }
    }.keepingSamples(in: x.shape.count > 1 ? x.sumOrder : nil)
}

/// A mask for sequences whose steps see themselves and what came before: `[steps, steps]`, 1 at and below the diagonal.
public func causalMask(_ steps: Int) -> Tensor {
    requireShape(steps >= 0, "causalMask: a sequence of \(steps) steps")
    return Tensor(
        shape: [steps, steps], (0..<steps * steps).map { $0 % max(steps, 1) <= $0 / max(steps, 1) ? 1 : 0 })
}
