import Kernels

/// Affine map: `y = x Wᵀ + b`, `[n, inputs] → [n, outputs]`.
///
/// - Parameters:
///   - weight: `[outputs, inputs]`, as PyTorch stores it.
///   - bias: `[outputs]`.
public func linear(_ x: Tensor, weight: Tensor, bias: Tensor) -> Tensor {
    precondition(
        x.shape.count == 2 && weight.shape.count == 2 && x.shape[1] == weight.shape[1]
            && bias.shape == [weight.shape[0]],
        "linear needs [n, in], [out, in], [out], got \(x.shape), \(weight.shape), \(bias.shape)")
    let (n, inputs, outputs) = (x.shape[0], x.shape[1], weight.shape[0])
    // yᵀ = W xᵀ + b uses the weights as they are stored, with the samples along the vectors: some at a time, whose
    // columns stay in the cache.
    let lanes = min(samplesAtOnce, (n + 15) / 16 * 16)
    let inputColumns = Storage(count: inputs * lanes)
    let outputColumns = Storage(count: outputs * lanes)
    let partialSums = Storage(count: x.sumOrder?.roomForProducts ?? 0)
    return Tensor(shape: [n, outputs], from: x, weight, bias) { y in
        for first in stride(from: 0, to: n, by: samplesAtOnce) {
            let count = min(samplesAtOnce, n - first)
            kernels.transpose(
                rows: count, columns: inputs, x.pointer + first * inputs, xStride: inputs,
                into: inputColumns.pointer, yStride: lanes)
            kernels.fillRowConstants(outputs, lanes, outputColumns.pointer, stride: lanes, bias.pointer)
            kernels.multiply(
                m: outputs, n: (count + 15) / 16 * 16, k: inputs,
                MatrixView(weight.pointer, rowStride: inputs),
                RowsView(inputColumns.pointer, stride: lanes),
                into: RowsView(outputColumns.pointer, stride: lanes), beta: 1)
            kernels.transpose(
                rows: outputs, columns: count, outputColumns.pointer, xStride: lanes,
                into: y.pointer + first * outputs, yStride: outputs)
        }
    } backward: { y in
        let g = MatrixView(y.gradientPointer, rowStride: outputs)
        x.receiveGradient {  // ∂L/∂x = g W
            kernels.multiply(
                m: n, n: inputs, k: outputs, g, RowsView(weight.pointer, stride: inputs),
                into: RowsView($0, stride: inputs), beta: $1)
        }
        weight.receiveGradient {  // ∂L/∂W = gᵀ x
            let (rows, target) = (RowsView(x.pointer, stride: inputs), RowsView($0, stride: inputs))
            guard let order = x.sumOrder else {
                return kernels.multiply(
                    m: outputs, n: inputs, k: n, g.transposed, rows, into: target, beta: $1)
            }
            requireOnlyUse(beta: $1)
            kernels.multiply(
                m: outputs, n: inputs, order, g.transposed, rows, into: target,
                partialSums: partialSums.pointer)
        }
        bias.receiveGradient {
            guard let order = x.sumOrder else {
                return kernels.columnSums(n, outputs, y.gradientPointer, into: $0, beta: $1)
            }
            requireOnlyUse(beta: $1)
            kernels.columnSums(order, outputs, y.gradientPointer, into: $0)
        }
    }.costing(n * inputs * outputs, operands: x, weight).keepingSamples(of: x)
}

/// As many as two vectors of the widest kind hold.
private let samplesAtOnce = 32

/// Shards computed alone would add a parameter's uses before the tree adds the shards.
private func requireOnlyUse(beta: Float) {
    precondition(beta == 0, "a parameter that is used twice needs each shard computed alone")
}
