import KernelTypes

extension VectorKernels {
    public static func convolve(
        _ shape: ConvolutionShape, pixels: Range<Int>, origins: UnsafePointer<Int32>, _ x: Floats,
        panels: Floats, bias: Floats, into y: Floats
    ) {
        forEachPanel(shape) { first, lanes in
            // As many kernel rows at once as keep the panel's part in the first-level cache for all pixels.
            let rowsAtOnce = max(1, 5120 / (shape.run * lanes))
            let isPair = lanes > Lanes.scalarCount
            let largest = isPair ? pixelsOfPair : pixelsOfSingle
            let blocks = (pixels.count + largest - 1) / largest
            for row in stride(from: 0, to: shape.kernelRows, by: rowsAtOnce) {
                let panel = panels + first * shape.filterCount + row * shape.run * lanes
                let rows = row..<min(row + rowsAtOnce, shape.kernelRows)
                for block in 0..<blocks {  // nearly equal blocks of pixels
                    let start = block * pixels.count / blocks
                    let count = (block + 1) * pixels.count / blocks - start
                    let origins = origins + pixels.lowerBound + start
                    let target = y + start * shape.filterLanes + first
                    if isPair {
                        convolveBlock(
                            InlineArray<2, Lanes>.self, count, shape, rows, x, origins, panel, bias + first,
                            target)
                    } else {
                        convolveBlock(
                            InlineArray<1, Lanes>.self, count, shape, rows, x, origins, panel, bias + first,
                            target)
                    }
                }
            }
        }
    }
}

/// Picks the tile for a number of pixels; each is compiled for its own registers.
private func convolveBlock<let vectors: Int>(
    _ filters: InlineArray<vectors, Lanes>.Type, _ pixels: Int, _ shape: ConvolutionShape, _ rows: Range<Int>,
    _ x: Floats, _ origins: UnsafePointer<Int32>, _ panel: Floats, _ bias: Floats, _ y: Floats
) {
    switch pixels {
    case 8:
        convolveTile(
            InlineArray<8, InlineArray<vectors, Lanes>>.self, shape, rows, x, origins, panel, bias, y)
    case 7:
        convolveTile(
            InlineArray<7, InlineArray<vectors, Lanes>>.self, shape, rows, x, origins, panel, bias, y)
    case 6:
        convolveTile(
            InlineArray<6, InlineArray<vectors, Lanes>>.self, shape, rows, x, origins, panel, bias, y)
    case 5:
        convolveTile(
            InlineArray<5, InlineArray<vectors, Lanes>>.self, shape, rows, x, origins, panel, bias, y)
    case 4:
        convolveTile(
            InlineArray<4, InlineArray<vectors, Lanes>>.self, shape, rows, x, origins, panel, bias, y)
    case 3:
        convolveTile(
            InlineArray<3, InlineArray<vectors, Lanes>>.self, shape, rows, x, origins, panel, bias, y)
    case 2:
        convolveTile(
            InlineArray<2, InlineArray<vectors, Lanes>>.self, shape, rows, x, origins, panel, bias, y)
    default:
        convolveTile(
            InlineArray<1, InlineArray<vectors, Lanes>>.self, shape, rows, x, origins, panel, bias, y)
    }
}

/// Some pixels by some vectors of filters, summed in registers over some kernel rows.
private func convolveTile<let pixels: Int, let vectors: Int>(
    _: InlineArray<pixels, InlineArray<vectors, Lanes>>.Type, _ shape: ConvolutionShape, _ rows: Range<Int>,
    _ x: Floats, _ origins: UnsafePointer<Int32>, _ panel: Floats, _ bias: Floats, _ y: Floats
) {
    let width = Lanes.scalarCount
    let isFirst = rows.lowerBound == 0  // later rows add to what the earlier ones left
    var sums = InlineArray<pixels, InlineArray<vectors, Lanes>>(
        repeating: InlineArray<vectors, Lanes>(repeating: .zero))
    var windows = InlineArray<pixels, Floats>(repeating: x)
    for pixel in 0..<pixels {
        windows[pixel] = x + Int(origins[pixel])
        let start = isFirst ? bias : y + pixel * shape.filterLanes
        for vector in 0..<vectors { sums[pixel][vector] = start.vector(vector * width) }
    }
    var weights = panel
    var rowStart = rows.lowerBound * shape.rowLength
    for _ in rows {
        for at in rowStart..<rowStart + shape.run {
            var filters = InlineArray<vectors, Lanes>(repeating: .zero)
            for vector in 0..<vectors { filters[vector] = weights.vector(vector * width) }
            weights += vectors * width
            for pixel in 0..<pixels {
                let value = Lanes(repeating: windows[pixel][at])
                for vector in 0..<vectors {
                    sums[pixel][vector] = sums[pixel][vector].addingProduct(value, filters[vector])
                }
            }
        }
        rowStart += shape.rowLength
    }
    for pixel in 0..<pixels {
        for vector in 0..<vectors {
            y.store(sums[pixel][vector], pixel * shape.filterLanes + vector * width)
        }
    }
}
