import Kernels

/// Matrix product: `[m, k] · [k, n] → [m, n]`.
public func matmul(_ a: Tensor, _ b: Tensor) -> Tensor {
    requireShape(
        a.shape.count == 2 && b.shape.count == 2 && a.shape[1] == b.shape[0],
        "matmul: \(a.shape) does not fit \(b.shape): they are [m, k] · [k, n]")
    let (m, k, n) = (a.shape[0], a.shape[1], b.shape[1])
    let products = ProductLibrary.current
    let right = RightFactor(rows: k, columns: n)
    let turned = a.requiresGradient ? RightFactor(rows: n, columns: k) : nil
    return Tensor("matmul", shape: [m, n], from: a, b) { y in
        if y.mustTakeIn([b]) { right.load(MatrixView(b.pointer, rowStride: n), rows: k) }
        right.multiply(
            m: m, k: k, MatrixView(a.pointer, rowStride: k), into: RowsView(y.pointer, stride: n), beta: 0)
    } backward: { y in
        let g = MatrixView(y.gradientPointer, rowStride: n)
        a.receiveGradient {  // ∂L/∂a = g bᵀ
            turned?.load(MatrixView(b.pointer, rowStride: n).transposed, rows: n)
            turned?.multiply(m: m, k: n, g, into: RowsView($0, stride: k), beta: $1)
        }
        b.receiveGradient {  // ∂L/∂b = aᵀ g
            products.multiply(
                m: k, n: n, k: m, MatrixView(a.pointer, rowStride: k).transposed,
                RowsView(y.gradientPointer, stride: n), into: RowsView($0, stride: n), beta: $1)
        }
    }.costing(m * n * k, operands: a, b)
}
