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
    return Tensor(shape: [n, outputs], from: x, weight, bias) { y in
        fillRows(n, outputs, y.pointer, with: bias.pointer)
        gemm(
            transposeB: true, m: n, n: outputs, k: inputs, x.pointer, weight.pointer, into: y.pointer,
            strides: (inputs, inputs, outputs), beta: 1)
    } backward: { y in
        let g = y.gradientPointer
        x.receiveGradient {  // ∂L/∂x = g W
            gemm(
                m: n, n: inputs, k: outputs, g, weight.pointer, into: $0, strides: (outputs, inputs, inputs),
                beta: $1)
        }
        weight.receiveGradient {  // ∂L/∂W = gᵀ x
            gemm(
                transposeA: true, m: outputs, n: inputs, k: n, g, x.pointer, into: $0,
                strides: (outputs, inputs, inputs), beta: $1)
        }
        bias.receiveGradient { columnSums(n, outputs, g, into: $0, beta: $1) }
    }
}
