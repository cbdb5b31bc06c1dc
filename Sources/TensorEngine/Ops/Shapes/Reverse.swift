import Kernels

extension Tensor {
    /// The entries along `axis` in the opposite order.
    public func reversed(axis: Int) -> Tensor {
        requireShape(shape.indices.contains(axis), "no axis \(axis) in \(shape)")
        let outer = shape[..<axis].reduce(1, *)
        let (size, inner) = (shape[axis], shape[(axis + 1)...].reduce(1, *))
        /// Adds each entry of `x` to its mirror image in `y`.
        func mirror(_ x: Floats, into y: Floats, beta: Float) {
            for o in 0..<outer {
                for index in 0..<size {
                    let source = x + (o * size + size - 1 - index) * inner
                    kernels.accumulate(inner, source, into: y + (o * size + index) * inner, beta: beta)
                }
            }
        }
        return Tensor(Operation("reverse", ["axis": .integer(axis)]), shape: shape, from: self) {
            [x = self] y in
            mirror(x.pointer, into: y.pointer, beta: 0)
        } backward: { [x = self] y in
            x.receiveGradient { mirror(y.gradientPointer, into: $0, beta: $1) }
        }.keepingSamples(in: axis == 0 ? nil : sumOrder)
    }
}
