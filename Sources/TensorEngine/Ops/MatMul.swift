import Determinism
import Kernels

/// Matrix product: `[m, k] · [k, n] → [m, n]`, or of as many pairs of matrices as the leading axes hold,
/// `[…, m, k] · […, k, n] → […, m, n]`.
///
/// Of several pairs each is a sample's, or a part of one: several shards in one pass stay apart. A single pair is multiplied
/// as a layer's input and weights are, the first axis summed over in the second's gradient.
///
/// - Parameter mask: 1 for the elements of the product to keep and 0 for the others, which are 0 and pass no gradient;
///   broadcast to the product, and without a gradient of its own.
public func matmul(_ a: Tensor, _ b: Tensor, mask: Tensor? = nil) -> Tensor {
    requireShape(
        a.shape.count >= 2 && a.shape.count == b.shape.count && a.shape.last == b.shape[b.shape.count - 2]
            && a.shape.dropLast(2) == b.shape.dropLast(2),
        "matmul: \(a.shape) does not fit \(b.shape): they are […, m, k] · […, k, n], with the same axes before"
    )
    let product = a.shape.count == 2 ? singleProduct(a, b) : pairwiseProduct(a, b)
    guard let mask else { return product }
    return product * mask.detach()
}

private func singleProduct(_ a: Tensor, _ b: Tensor) -> Tensor {
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

private func pairwiseProduct(_ a: Tensor, _ b: Tensor) -> Tensor {
    let axes = a.shape.count
    let (m, k, n) = (a.shape[axes - 2], a.shape[axes - 1], b.shape[axes - 1])
    let pairs = a.shape.dropLast(2).reduce(1, *)
    let products = ProductLibrary.current
    let turned = a.requiresGradient ? RightFactor(rows: n, columns: k) : nil
    return Tensor("matmul", shape: a.shape.dropLast() + [n], from: a, b) { y in
        for pair in 0..<pairs {
            products.multiply(
                m: m, n: n, k: k, MatrixView(a.pointer + pair * m * k, rowStride: k),
                RowsView(b.pointer + pair * k * n, stride: n),
                into: RowsView(y.pointer + pair * m * n, stride: n), beta: 0)
        }
    } backward: { y in
        a.receiveGradient { target, beta in  // ∂L/∂a = g bᵀ
            for pair in 0..<pairs {
                turned?.load(MatrixView(b.pointer + pair * k * n, rowStride: n).transposed, rows: n)
                turned?.multiply(
                    m: m, k: n, MatrixView(y.gradientPointer + pair * m * n, rowStride: n),
                    into: RowsView(target + pair * m * k, stride: k), beta: beta)
            }
        }
        b.receiveGradient { target, beta in  // ∂L/∂b = aᵀ g
            for pair in 0..<pairs {
                products.multiply(
                    m: k, n: n, k: m, MatrixView(a.pointer + pair * m * k, rowStride: k).transposed,
                    RowsView(y.gradientPointer + pair * m * n, stride: n),
                    into: RowsView(target + pair * k * n, stride: n), beta: beta)
            }
        }
    }.costing(pairs * m * n * k, operands: a, b).keepingSamples(in: commonSamples(a, b))
}

/// The order of the samples along the first axis of both; or of one, where no gradient of the other is summed over them.
private func commonSamples(_ a: Tensor, _ b: Tensor) -> SumOrder? {
    guard let order = a.sumOrder ?? b.sumOrder else { return nil }
    return [a, b].allSatisfy { $0.sumOrder.map { $0.shards == order.shards } ?? !$0.requiresGradient }
        ? order : nil
}
