import KernelTypes

// What 1×1 filters that move by several pixels meet of an image, channels first.

extension VectorKernels {
    public static func pickPixels(_ shape: ConvolutionShape, _ x: Floats, into picked: Floats) {
        let (step, columns) = (shape.stride, shape.outputColumns)
        var target = picked
        for channel in 0..<shape.channels {
            for row in 0..<shape.outputRows {
                let source = x + (channel * shape.rows + row * step) * shape.columns
                var column = 0
                if step == 2 {
                    while 2 * column + 16 <= shape.columns {
                        target.store((source.vector(2 * column) as SIMD16<Float>).evenHalf, column)
                        column += 8
                    }
                }
                while column < columns {
                    target[column] = source[column * step]
                    column += 1
                }
                target += columns
            }
        }
    }

    public static func spreadPixels(
        _ shape: ConvolutionShape, _ picked: Floats, room: Floats, into x: Floats, beta: Float
    ) {
        let (plane, pixels) = (shape.rows * shape.columns, shape.pixels)
        for channel in 0..<shape.channels {
            let (source, target) = (picked + channel * pixels, x + channel * plane)
            if beta == 0 {
                spreadPlane(shape, source, into: target)
            } else {
                spreadPlane(shape, source, into: room)
                accumulate(plane, room, into: target, beta: beta)
            }
        }
    }
}

private func spreadPlane(_ shape: ConvolutionShape, _ picked: Floats, into x: Floats) {
    let (step, columns) = (shape.stride, shape.outputColumns)
    for row in 0..<shape.rows {
        let target = x + row * shape.columns
        var column = 0
        if row % step == 0 {
            let source = picked + row / step * columns
            if step == 2 {
                while 2 * column + 16 <= shape.columns {
                    var pairs = SIMD16<Float>.zero
                    pairs.evenHalf = source.vector(column)
                    target.store(pairs, 2 * column)
                    column += 8
                }
            }
            let rest = column * step
            VectorKernels.fill(shape.columns - rest, target + rest, with: 0)
            while column < columns {
                target[column * step] = source[column]
                column += 1
            }
        } else {
            VectorKernels.fill(shape.columns, target, with: 0)
        }
    }
}
