import KernelTypes

extension PoolShape {
    /// Calls `body` with the index of each output and of its window's first input, in row-major order.
    @inline(__always)
    fileprivate func forEachWindow(_ body: (_ output: Int, _ input: Int) -> Void) {
        var output = 0
        for plane in 0..<planes {
            for row in 0..<outputRows {
                let first = (plane * rows + row * stride) * columns
                for column in 0..<outputColumns {
                    body(output, first + column * stride)
                    output += 1
                }
            }
        }
    }

    /// Calls `body` with the index of each input of the window that begins at `first`, in row-major order.
    @inline(__always)
    fileprivate func forEachInput(from first: Int, _ body: (_ input: Int) -> Void) {
        for row in 0..<kernel {
            for column in 0..<kernel { body(first + row * columns + column) }
        }
    }
}

extension VectorKernels {
    public static func maxPool(
        _ shape: PoolShape, _ x: Floats, into y: Floats, choices: UnsafeMutablePointer<Int32>
    ) {
        shape.forEachWindow { output, first in
            var (best, choice) = (x[first], first)
            shape.forEachInput(from: first) { input in
                let isLarger = x[input] > best || x[input].isNaN
                best = isLarger ? x[input] : best
                choice = isLarger ? input : choice
            }
            y[output] = best
            choices[output] = Int32(choice)
        }
    }

    public static func maxPoolBackward(
        _ shape: PoolShape, _ g: Floats, choices: UnsafePointer<Int32>, into gx: Floats, beta: Float
    ) {
        if beta == 0 { fill(shape.planes * shape.rows * shape.columns, gx, with: 0) }
        for output in 0..<shape.outputCount { gx[Int(choices[output])] += g[output] }
    }

    public static func averagePool(_ shape: PoolShape, _ x: Floats, into y: Floats) {
        let size = Float(shape.kernel * shape.kernel)
        shape.forEachWindow { output, first in
            var total: Float = 0
            shape.forEachInput(from: first) { total += x[$0] }
            y[output] = total / size
        }
    }

    public static func averagePoolBackward(_ shape: PoolShape, _ g: Floats, into gx: Floats, beta: Float) {
        if beta == 0 { fill(shape.planes * shape.rows * shape.columns, gx, with: 0) }
        let size = Float(shape.kernel * shape.kernel)
        shape.forEachWindow { output, first in
            let share = g[output] / size
            shape.forEachInput(from: first) { gx[$0] += share }
        }
    }
}
