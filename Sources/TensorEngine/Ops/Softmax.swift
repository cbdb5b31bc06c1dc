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
