import Kernels

extension Tensor {
    /// The sum of all values, a scalar `[]`, added in order.
    public func sum() -> Tensor {
        Tensor("sum", shape: [], from: self) { [x = self] y in
            var total: Float = 0
            for i in 0..<x.count { total += x.pointer[i] }
            y.pointer[0] = total
        } backward: { [x = self] y in
            x.receiveGradient { target, beta in
                let g = y.gradientPointer[0]
                for i in 0..<x.count { target[i] = beta == 0 ? g : target[i] + g }
            }
        }
    }

    /// The sum along `axis`: `[…, size, …] → […, …]`, added in order.
    public func sum(axis: Int) -> Tensor {
        requireShape(shape.indices.contains(axis), "no axis \(axis) in \(shape)")
        let outer = shape[..<axis].reduce(1, *)
        let (size, inner) = (shape[axis], shape[(axis + 1)...].reduce(1, *))
        var sumShape = shape
        sumShape.remove(at: axis)
        return Tensor(
            Operation("sum", ["axis": .integer(axis)]), shape: sumShape, from: self
        ) { [x = self] y in
            for o in 0..<outer {
                kernels.columnSums(
                    size, inner, x.pointer + o * size * inner, into: y.pointer + o * inner, beta: 0)
            }
        } backward: { [x = self] y in
            x.receiveGradient { target, beta in
                for row in 0..<outer * size {
                    let g = y.gradientPointer + row / size * inner
                    kernels.accumulate(inner, g, into: target + row * inner, beta: beta)
                }
            }
        }.keepingSamples(in: axis == 0 ? nil : sumOrder)
    }

    /// The mean of all values, a scalar `[]`.
    public func mean() -> Tensor {
        sum() / Tensor(shape: [], [Float(count)])
    }

    /// The mean along `axis`: `[…, size, …] → […, …]`.
    public func mean(axis: Int) -> Tensor {
        sum(axis: axis) / Tensor(shape: [], [Float(shape[axis])])
    }
}
