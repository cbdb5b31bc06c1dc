import Kernels

/// Each window's maximum: `[n, channels, rows, columns] → [n, channels, (rows − kernel) / stride + 1, …]`.
///
/// The gradient goes to the first maximum of a window, as in PyTorch.
///
/// - Parameter stride: from one window to the next; `kernel` unless given.
public func maxPool2d(_ x: Tensor, kernel: Int, stride: Int? = nil) -> Tensor {
    let shape = PoolShape("maxPool2d", x, kernel: kernel, stride: stride ?? kernel)
    let choices = Indices(count: shape.outputCount)
    return Tensor(shape.operation("maxPool2d"), shape: shape.output(of: x), from: x) { y in
        kernels.maxPool(shape, x.pointer, into: y.pointer, choices: choices.pointer)
    } backward: { y in
        x.receiveGradient {
            kernels.maxPoolBackward(shape, y.gradientPointer, choices: choices.pointer, into: $0, beta: $1)
        }
    }.keepingSamples(of: x)
}

/// Each window's mean: `[n, channels, rows, columns] → [n, channels, (rows − kernel) / stride + 1, …]`.
///
/// - Parameter stride: from one window to the next; `kernel` unless given.
public func avgPool2d(_ x: Tensor, kernel: Int, stride: Int? = nil) -> Tensor {
    let shape = PoolShape("avgPool2d", x, kernel: kernel, stride: stride ?? kernel)
    return Tensor(shape.operation("avgPool2d"), shape: shape.output(of: x), from: x) { y in
        kernels.averagePool(shape, x.pointer, into: y.pointer)
    } backward: { y in
        x.receiveGradient { kernels.averagePoolBackward(shape, y.gradientPointer, into: $0, beta: $1) }
    }.keepingSamples(of: x)
}

/// The mean of each channel's image: `[n, channels, rows, columns] → [n, channels]`.
public func globalAvgPool2d(_ x: Tensor) -> Tensor {
    requireShape(
        x.shape.count == 4 && x.shape[2] * x.shape[3] > 0,
        "globalAvgPool2d needs [n, channels, rows ≥ 1, columns ≥ 1], got \(x.shape)")
    let (planes, pixels) = (x.shape[0] * x.shape[1], x.shape[2] * x.shape[3])
    let divisor = Storage([Float(pixels)])
    return Tensor("globalAvgPool2d", shape: Array(x.shape[..<2]), from: x) { y in
        kernels.rowSums(planes, pixels, x.pointer, into: y.pointer)
        kernels.combine(.divide, planes, y.pointer, 1, divisor.pointer, 0, into: y.pointer, beta: 0)
    } backward: { y in
        x.receiveGradient { target, beta in
            for plane in 0..<planes {
                kernels.combine(
                    .divide, pixels, y.gradientPointer + plane, 0, divisor.pointer, 0,
                    into: target + plane * pixels, beta: beta)
            }
        }
    }.keepingSamples(of: x)
}

extension PoolShape {
    fileprivate init(_ op: String, _ x: Tensor, kernel: Int, stride: Int) {
        requireShape(x.shape.count == 4, "\(op) needs [n, channels, rows, columns], got \(x.shape)")
        requireShape(
            stride > 0 && 1...min(x.shape[2], x.shape[3]) ~= kernel,
            "\(op): windows of \(kernel) × \(kernel), \(stride) apart, do not fit \(x.shape)")
        self.init(
            planes: x.shape[0] * x.shape[1], rows: x.shape[2], columns: x.shape[3], kernel: kernel,
            stride: stride)
    }

    fileprivate func operation(_ name: String) -> Operation {
        Operation(name, ["kernel": .integer(kernel), "stride": .integer(stride)])
    }

    fileprivate func output(of x: Tensor) -> [Int] { [x.shape[0], x.shape[1], outputRows, outputColumns] }
}
