import Kernels

extension Tensor {
    /// The same values in row-major order under another shape, in the same memory.
    public func reshaped(to shape: [Int]) -> Tensor {
        requireShape(
            shape.allSatisfy { $0 >= 0 } && shape.reduce(1, *) == count,
            "cannot reshape \(self.shape) to \(shape): \(count) values")
        return Tensor(
            Operation("reshape", ["shape": .integers(shape)]), shape: shape, from: [self], storage: storage
        ) { [x = self] y in
            if y.storage !== x.storage { y.bind(values: x.storage) }
        } backward: { [x = self] y in
            x.receiveGradient { kernels.accumulate(y.count, y.gradientPointer, into: $0, beta: $1) }
        }.keepingSamples(in: shape.first.flatMap { sumOrder?.fitted(to: $0) })
    }
}

extension Tensor {
    /// Each sample as one row: `[n, …] → [n, product of the rest]`.
    public func flattened() -> Tensor {
        requireShape(!shape.isEmpty, "a scalar has no samples to flatten")
        return reshaped(to: [shape[0], shape[1...].reduce(1, *)])
    }
}
