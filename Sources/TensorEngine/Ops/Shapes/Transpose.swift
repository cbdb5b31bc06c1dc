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
        let room = Storage(count: inner == 1 ? rows * columns : 0)
        /// Adds each run of `x` to its place in `y`, the axes of x being of these sizes.
        func swap(_ x: Floats, rows: Int, columns: Int, into y: Floats, beta: Float) {
            for block in 0..<outer * middle {
                let (o, m) = (block / middle, block % middle)
                let source = x + (o * rows * middle + m) * columns * inner
                let target = y + (o * columns * middle + m) * rows * inner
                let (xStride, yStride) = (middle * columns * inner, middle * rows * inner)
                if inner == 1 {
                    kernels.transposeAdding(
                        rows: rows, columns: columns, source, xStride: xStride, into: target,
                        yStride: yStride,
                        room: room.pointer, beta: beta)
                } else {
                    for index in 0..<rows * columns {
                        let (r, c) = (index / columns, index % columns)
                        kernels.accumulate(
                            inner, source + r * xStride + c * inner, into: target + c * yStride + r * inner,
                            beta: beta)
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
