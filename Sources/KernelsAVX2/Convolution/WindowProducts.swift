import KernelTypes

extension VectorKernels {
    public static func multiplyWindows(
        _ pixels: Int, origins: UnsafePointer<Int32>, runs: UnsafeBufferPointer<WindowRun>, _ x: Floats,
        panel: RowsView, lanes: Int, start: RowsView, into y: RowsView
    ) {
        // As many terms at once as stay in the first-level cache for all pixels; later ones add to what earlier ones left.
        var (first, panel, start) = (0, panel, start)
        while first < runs.count {
            var (end, terms) = (first, 0)
            repeat {
                terms += Int(runs[end].length)
                end += 1
            } while end < runs.count && terms + Int(runs[end].length) <= WindowRun.longest
            multiplyColumns(
                Windows(pixels: pixels, origins: origins, runs: runs[first..<end], x: x),
                panel, lanes, start, y)
            (first, panel, start) = (end, panel.moved(rows: terms), y)
        }
    }
}

/// Some pixels' windows, or parts of them.
private struct Windows {
    let pixels: Int
    let origins: UnsafePointer<Int32>
    let runs: Slice<UnsafeBufferPointer<WindowRun>>
    let x: Floats
}

/// Goes over a panel's columns: two vectors, one, and one of eight.
private func multiplyColumns(
    _ windows: Windows, _ panel: RowsView, _ lanes: Int, _ start: RowsView, _ y: RowsView
) {
    let width = Lanes.scalarCount
    var column = 0
    while lanes - column >= 2 * width {
        multiplyBlocks(
            InlineArray<2, Lanes>.self, pixelsOfPair, windows, panel.moved(by: column),
            start.moved(by: column),
            y.moved(by: column))
        column += 2 * width
    }
    if lanes - column >= width {
        multiplyBlocks(
            InlineArray<1, Lanes>.self, pixelsOfSingle, windows, panel.moved(by: column),
            start.moved(by: column), y.moved(by: column))
        column += width
    }
    if column < lanes {
        multiplyBlocks(
            InlineArray<1, SIMD8<Float>>.self, pixelsOfSingle, windows, panel.moved(by: column),
            start.moved(by: column), y.moved(by: column))
    }
}

/// Cuts the pixels into nearly equal blocks, each compiled for its own registers.
@inline(__always)
private func multiplyBlocks<let vectors: Int, Vector: SIMD>(
    _: InlineArray<vectors, Vector>.Type, _ largest: Int, _ windows: Windows, _ panel: RowsView,
    _ start: RowsView, _ y: RowsView
) where Vector.Scalar == Float {
    let blocks = (windows.pixels + largest - 1) / largest
    for block in 0..<blocks {
        let first = block * windows.pixels / blocks
        let pixels = (block + 1) * windows.pixels / blocks - first
        let (start, y) = (start.moved(rows: first), y.moved(rows: first))
        switch pixels {
        case 8:
            multiplyTile(InlineArray<8, InlineArray<vectors, Vector>>.self, windows, first, panel, start, y)
        case 7:
            multiplyTile(InlineArray<7, InlineArray<vectors, Vector>>.self, windows, first, panel, start, y)
        case 6:
            multiplyTile(InlineArray<6, InlineArray<vectors, Vector>>.self, windows, first, panel, start, y)
        case 5:
            multiplyTile(InlineArray<5, InlineArray<vectors, Vector>>.self, windows, first, panel, start, y)
        case 4:
            multiplyTile(InlineArray<4, InlineArray<vectors, Vector>>.self, windows, first, panel, start, y)
        case 3:
            multiplyTile(InlineArray<3, InlineArray<vectors, Vector>>.self, windows, first, panel, start, y)
        case 2:
            multiplyTile(InlineArray<2, InlineArray<vectors, Vector>>.self, windows, first, panel, start, y)
        default:
            multiplyTile(InlineArray<1, InlineArray<vectors, Vector>>.self, windows, first, panel, start, y)
        }
    }
}

/// Some pixels by some vectors of filters, summed in registers.
@inline(never)
private func multiplyTile<let pixels: Int, let vectors: Int, Vector: SIMD>(
    _: InlineArray<pixels, InlineArray<vectors, Vector>>.Type, _ windows: Windows, _ first: Int,
    _ panel: RowsView, _ start: RowsView, _ y: RowsView
) where Vector.Scalar == Float {
    let width = Vector.scalarCount
    var sums = InlineArray<pixels, InlineArray<vectors, Vector>>(
        repeating: InlineArray<vectors, Vector>(repeating: .zero))
    var window = InlineArray<pixels, Floats>(repeating: windows.x)
    for pixel in 0..<pixels {
        window[pixel] = windows.x + Int(windows.origins[first + pixel])
        for vector in 0..<vectors {
            sums[pixel][vector] = start.pointer.vector(pixel * start.stride + vector * width)
        }
    }
    var row = panel.pointer
    for run in windows.runs {
        for term in Int(run.offset)..<Int(run.offset + run.length) {
            var filters = InlineArray<vectors, Vector>(repeating: .zero)
            for vector in 0..<vectors { filters[vector] = row.vector(vector * width) }
            row += panel.stride
            for pixel in 0..<pixels {
                let value = Vector(repeating: window[pixel][term])
                for vector in 0..<vectors {
                    sums[pixel][vector] = sums[pixel][vector].addingProduct(value, filters[vector])
                }
            }
        }
    }
    for pixel in 0..<pixels {
        for vector in 0..<vectors { y.pointer.store(sums[pixel][vector], pixel * y.stride + vector * width) }
    }
}
