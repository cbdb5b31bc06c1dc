import BLAS
import Kernels

/// Matrix product: `[m, k] · [k, n] → [m, n]`.
public func matmul(_ a: Tensor, _ b: Tensor) -> Tensor {
    precondition(
        a.shape.count == 2 && b.shape.count == 2 && a.shape[1] == b.shape[0],
        "matmul needs [m, k] · [k, n], got \(a.shape) · \(b.shape)")
    let (m, k, n) = (a.shape[0], a.shape[1], b.shape[1])
    return Tensor(shape: [m, n], from: a, b) { y in
        gemm(m: m, n: n, k: k, a.pointer, b.pointer, into: y.pointer, strides: (k, n, n), beta: 0)
    } backward: { y in
        let g = y.gradientPointer
        a.receiveGradient {  // ∂L/∂a = g bᵀ
            gemm(transposeB: true, m: m, n: k, k: n, g, b.pointer, into: $0, strides: (n, n, k), beta: $1)
        }
        b.receiveGradient {  // ∂L/∂b = aᵀ g
            gemm(transposeA: true, m: k, n: n, k: m, a.pointer, g, into: $0, strides: (k, n, n), beta: $1)
        }
    }.costing(m * n * k, operands: a, b)
}
