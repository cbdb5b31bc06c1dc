import Kernels

extension Tensor {
    /// The entries `range` along `axis`: `[…, size, …] → […, range.count, …]`.
    public func sliced(axis: Int, _ range: Range<Int>) -> Tensor {
        requireShape(
            shape.indices.contains(axis) && range.lowerBound >= 0 && range.upperBound <= shape[axis],
            "no slice \(range) along axis \(axis) of \(shape)")
        let outer = shape[..<axis].reduce(1, *)
        let inner = shape[(axis + 1)...].reduce(1, *)
        let (run, stride, offset) = (range.count * inner, shape[axis] * inner, range.lowerBound * inner)
        var sliceShape = shape
        sliceShape[axis] = range.count
        let operation = Operation(
            "slice",
            [
                "axis": .integer(axis), "start": .integer(range.lowerBound),
                "end": .integer(range.upperBound),
            ])
        return Tensor(operation, shape: sliceShape, from: self) { [x = self] y in
            for o in 0..<outer {
                kernels.copy(run, x.pointer + o * stride + offset, into: y.pointer + o * run)
            }
        } backward: { [x = self] y in
            x.receiveGradient { target, beta in
                if beta == 0 { kernels.fill(x.count, target, with: 0) }
                for o in 0..<outer {
                    kernels.accumulate(
                        run, y.gradientPointer + o * run, into: target + o * stride + offset, beta: 1)
                }
            }
        }.keepingSamples(in: axis == 0 ? nil : sumOrder)
    }
}
