import Kernels

extension Tensor {
    /// The last two axes swapped: `[…, rows, columns] → […, columns, rows]`.
    public func transposed() -> Tensor {
        requireShape(shape.count >= 2, "transposing needs two axes, the shape is \(shape)")
        let (rows, columns) = (shape[shape.count - 2], shape[shape.count - 1])
        let size = rows * columns
        let count = shape.dropLast(2).reduce(1, *)
        let turned = Storage(count: size)
        return Tensor("transpose", shape: shape.dropLast(2) + [columns, rows], from: self) { [x = self] y in
            for start in stride(from: 0, to: count * size, by: size) {
                kernels.transpose(
                    rows: rows, columns: columns, x.pointer + start, xStride: columns,
                    into: y.pointer + start, yStride: rows)
            }
        } backward: { [x = self] y in
            x.receiveGradient { target, beta in
                for start in stride(from: 0, to: count * size, by: size) {
                    kernels.transpose(
                        rows: columns, columns: rows, y.gradientPointer + start, xStride: rows,
                        into: turned.pointer, yStride: columns)
                    kernels.accumulate(size, turned.pointer, into: target + start, beta: beta)
                }
            }
        }.keepingSamples(in: shape.count > 2 ? sumOrder : nil)
    }
}
