import Kernels

extension Tensor {
    /// The last two axes swapped: `[…, rows, columns] → […, columns, rows]`.
    public func transposed() -> Tensor {
        requireShape(shape.count >= 2, "transposing needs two axes, the shape is \(shape)")
        let (rows, columns) = (shape[shape.count - 2], shape[shape.count - 1])
        let size = rows * columns
        let count = shape.dropLast(2).reduce(1, *)
        let turned = Storage(count: size)
        let operation = Operation("transpose", ["axes": .integers([shape.count - 2, shape.count - 1])])
        return Tensor(operation, shape: shape.dropLast(2) + [columns, rows], from: self) { [x = self] y in
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

extension Tensor {
    /// Two axes swapped, such as attention's steps and heads: `[n, steps, heads, size] → [n, heads, steps, size]`, `(1, 2)`.
    public func transposed(_ first: Int, _ second: Int) -> Tensor {
        requireShape(
            shape.indices.contains(first) && shape.indices.contains(second) && first != second,
            "no axes \(first) and \(second) to swap in \(shape)")
        let (left, right) = (min(first, second), max(first, second))
        if right == left + 1 && right == shape.count - 1 { return transposed() }
        // [outer, rows, middle, columns, inner] → [outer, columns, middle, rows, inner]
        let outer = shape[..<left].reduce(1, *)
        let (rows, columns) = (shape[left], shape[right])
        let middle = shape[(left + 1)..<right].reduce(1, *)
        let inner = shape[(right + 1)...].reduce(1, *)
        /// Adds each run of `x` to its place in `y`, the axes of x being of these sizes.
        func swap(_ x: Floats, rows: Int, columns: Int, into y: Floats, beta: Float) {
            for o in 0..<outer {
                for r in 0..<rows {
                    for m in 0..<middle {
                        for c in 0..<columns {
                            let source = ((o * rows + r) * middle + m) * columns + c
                            let target = ((o * columns + c) * middle + m) * rows + r
                            kernels.accumulate(
                                inner, x + source * inner, into: y + target * inner, beta: beta)
                        }
                    }
                }
            }
        }
        var swapped = shape
        swapped.swapAt(left, right)
        let operation = Operation("transpose", ["axes": .integers([left, right])])
        return Tensor(operation, shape: swapped, from: self) { [x = self] y in
            swap(x.pointer, rows: rows, columns: columns, into: y.pointer, beta: 0)
        } backward: { [x = self] y in
            x.receiveGradient {
                swap(y.gradientPointer, rows: columns, columns: rows, into: $0, beta: $1)
            }
        }.keepingSamples(in: left > 0 ? sumOrder : nil)
    }
}
