import Determinism
import Kernels

/// Affine map: `y = x Wᵀ + b`, `[n, inputs] → [n, outputs]`.
///
/// - Parameters:
///   - weight: `[outputs, inputs]`, as PyTorch stores it.
///   - bias: `[outputs]`.
public func linear(_ x: Tensor, weight: Tensor, bias: Tensor) -> Tensor {
    requireShape(
        x.shape.count == 2 && weight.shape.count == 2 && x.shape[1] == weight.shape[1],
        "linear: input \(x.shape) does not fit weight \(weight.shape): they are [n, in] and [out, in]")
    requireShape(
        bias.shape == [weight.shape[0]],
        "linear: bias \(bias.shape) does not fit weight \(weight.shape): they are [out] and [out, in]")
    let (n, inputs, outputs) = (x.shape[0], x.shape[1], weight.shape[0])
    let products = ProductLibrary.current
    let forward = LinearForward(samples: n, inputs: inputs, outputs: outputs)
    let order = x.sumOrder ?? SumOrder(counts: [n])
    let scratch = Storage(count: products.scratchForOuterProducts(m: outputs, n: inputs, order))
    let groups = Storage(count: GroupsView.count(samples: n, columns: outputs))
    return Tensor("linear", shape: [n, outputs], from: x, weight, bias) { y in
        forward.run(y, x, weight, bias)
    } backward: { y in
        let g = y.gradientPointer
        x.receiveGradient {  // ∂L/∂x = g W
            products.multiply(
                m: n, n: inputs, k: outputs, MatrixView(g, rowStride: outputs),
                RowsView(weight.pointer, stride: inputs), into: RowsView($0, stride: inputs), beta: $1)
        }
        let gradients = GroupsView(groups.pointer, samples: n)
        kernels.groupRows(
            samples: n, columns: outputs, RowsView(g, stride: outputs), into: groups.pointer)
        weight.receiveWholeGradient {  // ∂L/∂W = gᵀ x
            products.sumOuterProducts(
                m: outputs, n: inputs, order, gradients, SamplesView(x.pointer, sampleStride: inputs),
                into: RowsView($0, stride: inputs), scratch: scratch.pointer)
        }
        bias.receiveWholeGradient {
            kernels.sumRows(order, outputs, gradients, into: $0)
        }
    }.costing(n * inputs * outputs, operands: x, weight).keepingSamples(of: x)
}

/// `y = x Wᵀ + b` in whichever of two ways is faster; their bits are the same.
private enum LinearForward {
    /// The samples lie along the vectors: `yᵀ = W xᵀ + b` takes the weights as they are stored.
    case samples(SampleColumns)
    /// The outputs do, over weights that are rearranged when they change.
    case outputs(RightFactor)

    init(samples: Int, inputs: Int, outputs: Int) {
        // Either way what is turned round costs about as much, and there is less of the one or of the other.
        self =
            samples * (inputs + outputs) <= inputs * outputs
            ? .samples(SampleColumns(samples: samples, inputs: inputs, outputs: outputs))
            : .outputs(RightFactor(rows: inputs, columns: outputs))
    }

    func run(_ y: Tensor, _ x: Tensor, _ weight: Tensor, _ bias: Tensor) {
        let (n, inputs, outputs) = (x.shape[0], x.shape[1], weight.shape[0])
        switch self {
        case .samples(let columns):
            columns.run(y, x, weight, bias)
        case .outputs(let factor):
            if y.mustTakeIn([weight]) {
                factor.load(MatrixView(weight.pointer, rowStride: inputs).transposed, rows: inputs)
            }
            for sample in 0..<n { kernels.copy(outputs, bias.pointer, into: y.pointer + sample * outputs) }
            factor.multiply(
                m: n, k: inputs, MatrixView(x.pointer, rowStride: inputs),
                into: RowsView(y.pointer, stride: outputs), beta: 1)
        }
    }
}

/// Some samples at a time, whose columns stay in the cache.
private struct SampleColumns {
    private static let atOnce = 32

    private let inputs, outputs: Storage  // [inputs, lanes], [outputs, lanes]
    private let lanes: Int
    private let products = ProductLibrary.current

    init(samples: Int, inputs: Int, outputs: Int) {
        lanes = min(Self.atOnce, (samples + 15) / 16 * 16)
        self.inputs = Storage(count: inputs * lanes)
        self.outputs = Storage(count: outputs * lanes)
    }

    func run(_ y: Tensor, _ x: Tensor, _ weight: Tensor, _ bias: Tensor) {
        let (n, inputs, outputs) = (x.shape[0], x.shape[1], weight.shape[0])
        for first in stride(from: 0, to: n, by: Self.atOnce) {
            let count = min(Self.atOnce, n - first)
            kernels.transpose(
                rows: count, columns: inputs, x.pointer + first * inputs, xStride: inputs,
                into: self.inputs.pointer, yStride: lanes)
            kernels.fillRowConstants(
                outputs, lanes, self.outputs.pointer, stride: lanes, bias.pointer)
            products.multiply(
                m: outputs, n: count, k: inputs, MatrixView(weight.pointer, rowStride: inputs),
                RowsView(self.inputs.pointer, stride: lanes),
                into: RowsView(self.outputs.pointer, stride: lanes), beta: 1)
            kernels.transpose(
                rows: outputs, columns: count, self.outputs.pointer, xStride: lanes,
                into: y.pointer + first * outputs, yStride: outputs)
        }
    }
}
