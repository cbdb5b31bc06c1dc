import KernelTypes

extension VectorKernels {
    public static func packPhases(_ cells: CellShape, _ x: Floats, into packed: Floats) {
        let (columns, padding, phases) = (cells.shape.columns, cells.shape.padding, cells.phases)
        for row in 0..<cells.shape.rows {
            let source = x + row * columns
            let target = packed + (row + padding) * cells.rowLength
            for first in 0..<min(phases, columns) {
                let column = first + padding
                var place = target + column % phases * cells.phaseLength + column / phases
                for at in stride(from: first, to: columns, by: phases) {
                    place.pointee = source[at]
                    place += 1
                }
            }
        }
    }

    public static func unpackSampleGradient(
        _ shape: ConvolutionShape, _ packed: Floats, row: Floats, into x: Floats, beta: Float
    ) {
        let (channels, columns) = (shape.channels, shape.columns)
        let plane = shape.rows * columns
        for r in 0..<shape.rows {
            let source = packed + (r + shape.padding) * shape.rowLength + shape.padding * channels
            if beta == 0 {
                transpose(
                    rows: columns, columns: channels, source, xStride: channels, into: x + r * columns,
                    yStride: plane)
            } else {
                transpose(
                    rows: columns, columns: channels, source, xStride: channels, into: row, yStride: columns)
                for channel in 0..<channels {
                    accumulate(
                        columns, row + channel * columns, into: x + channel * plane + r * columns, beta: beta)
                }
            }
        }
    }

    public static func packFilterRuns(_ shape: ConvolutionShape, _ weight: Floats, into packed: Floats) {
        fill(shape.filters * shape.windowLength, packed, with: 0)
        forEachFilterRun(shape) { channelsFirst, run, stride in
            transpose(
                rows: shape.channels, columns: shape.kernelColumns, weight + channelsFirst, xStride: stride,
                into: packed + run, yStride: shape.channels)
        }
    }

    public static func unpackFilterGradient(
        _ shape: ConvolutionShape, _ packed: Floats, into weight: Floats, beta: Float
    ) {
        forEachFilterRun(shape) { channelsFirst, run, stride in
            for column in 0..<shape.kernelColumns {
                let source = packed + run + column * shape.channels
                let target = weight + channelsFirst + column
                for channel in 0..<shape.channels {
                    let old = beta == 0 ? 0 : target[channel * stride]
                    target[channel * stride] = source[channel] + old
                }
            }
        }
    }
}

/// Calls `body` with where each kernel row of each filter stands in both layouts, and how far its channels
/// are apart in the caller's.
@inline(__always)
private func forEachFilterRun(
    _ shape: ConvolutionShape, _ body: (_ channelsFirst: Int, _ run: Int, _ stride: Int) -> Void
) {
    for filter in 0..<shape.filters {
        for row in 0..<shape.kernelRows {
            body(
                filter * shape.filterCount + row * shape.kernelColumns,
                filter * shape.windowLength + row * shape.runLength, shape.kernelRows * shape.kernelColumns)
        }
    }
}
