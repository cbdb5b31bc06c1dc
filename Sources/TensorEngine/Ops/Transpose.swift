import Kernels

extension Tensor {
    /// The last two axes swapped: `[…, rows, columns] → […, columns, rows]`.
    public func transposed() -> Tensor {
        precondition(shape.count >= 2, "transposing needs two axes, the shape is \(shape)")
        let (rows, columns) = (shape[shape.count - 2], shape[shape.count - 1])
        let size = rows * columns
        let count = shape.dropLast(2).reduce(1, *)
        return Tensor(shape: shape.dropLast(2) + [columns, rows], from: self) { [x = self] y in
            for i in 0..<count {
                transpose(rows, columns, x.pointer + i * size, into: y.pointer + i * size, beta: 0)
            }
        } backward: { [x = self] y in
            x.receiveGradient { target, beta in
                for i in 0..<count {
                    transpose(columns, rows, y.gradientPointer + i * size, into: target + i * size, beta: beta)
                }
            }
        }
    }
}
