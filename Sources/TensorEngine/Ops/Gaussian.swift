import Determinism
import Kernels

/// Distance to a centre per class: `y[n, c] = −‖x_n − w_c‖²` (LeCun et al. 1998, equation 7, with its sign
/// turned, so that the softmax of a row is the posterior under unit Gaussians of variance ½ around the
/// centres).
///
/// - Parameters:
///   - x: `[n, features]`.
///   - weight: the centres, `[classes, features]`.
/// - Returns: `[n, classes]`.
public func gaussian(_ x: Tensor, weight: Tensor) -> Tensor {
    requireShape(
        x.shape.count == 2 && weight.shape.count == 2 && x.shape[1] == weight.shape[1],
        """
        gaussian: input \(x.shape) does not fit centres \(weight.shape): they are [n, features] and [classes, features]
        """)
    let (n, features, classes) = (x.shape[0], x.shape[1], weight.shape[0])
    let transposed = Storage(count: weight.count)
    let order = x.sumOrder ?? SumOrder(counts: [n])
    return Tensor("gaussian", shape: [n, classes], from: x, weight) { y in
        kernels.gaussianRows(
            n, features: features, classes: classes, x.pointer, weight.pointer,
            transposed: transposed.pointer, into: y.pointer)
    } backward: { y in
        let g = y.gradientPointer
        x.receiveGradient {
            kernels.gaussianInputGradient(
                n, features: features, classes: classes, x.pointer, weight.pointer, g, into: $0, beta: $1)
        }
        weight.receiveShardedGradient(of: x) {
            kernels.gaussianWeightGradient(
                order, features: features, classes: classes, x.pointer, weight.pointer, g, into: $0, beta: $1)
        }
    }.keepingSamples(of: x)
}
