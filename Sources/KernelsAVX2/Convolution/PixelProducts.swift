import KernelTypes

extension VectorKernels {
    public static func multiplyPixels(
        outputs: Int, channels: Int, pixels: Int, weight: Floats, bias: Floats, _ x: RowsView,
        into y: RowsView, adds: Bool
    ) {
        // As many channels at once as stay in the first-level cache; later ones add to what earlier ones left.
        for first in stride(from: 0, to: channels, by: WindowRun.longest) {
            let length = min(WindowRun.longest, channels - first)
            // A row's neighbouring pixels come one after the other: rows may be so far apart that all share a place in the
            // cache.
            let pixelsAtOnce = max(32, floatsAtOnce / length / 32 * 32)
            for pixel in stride(from: 0, to: pixels, by: pixelsAtOnce) {
                forEachRows(
                    outputs, ofAtMost: productRows, InlineArray<1, Lanes>.self,
                    PixelStrip(
                        pixels: min(pixelsAtOnce, pixels - pixel), channels: length,
                        weight: MatrixView(weight + first, rowStride: channels), bias: bias,
                        x: x.moved(rows: first).moved(by: pixel), y: y.moved(by: pixel),
                        goesOn: adds || first > 0))
            }
        }
    }
}

/// What of the images is worked through at once: it stays in the first-level cache for all outputs.
private let floatsAtOnce = 4096

/// Some channels' share in some pixels of some outputs.
private struct PixelStrip: TileBody {
    let pixels, channels: Int
    let weight: MatrixView
    let bias: Floats
    let x, y: RowsView
    /// Whether the sums go on from what is there.
    let goesOn: Bool

    @inline(__always)
    func run<let rows: Int, let columns: Int, Vector: SIMD>(_: Tile<rows, columns, Vector>.Type, at row: Int)
    where Vector.Scalar == Float {
        let width = Lanes.scalarCount
        var pixel = 0
        while pixels - pixel >= 2 * width {
            multiply(Tile<rows, 2, Lanes>.self, row, pixel)
            pixel += 2 * width
        }
        if pixels - pixel >= width {
            multiply(Tile<rows, 1, Lanes>.self, row, pixel)
            pixel += width
        }
        if pixels > pixel { multiply(Tile<rows, 1, SIMD8<Float>>.self, row, pixel) }
    }

    @inline(__always)
    private func multiply<let rows: Int, let columns: Int, Vector: SIMD>(
        _: Tile<rows, columns, Vector>.Type, _ row: Int, _ pixel: Int
    ) where Vector.Scalar == Float {
        let width = Vector.scalarCount
        let y = y.moved(rows: row).moved(by: pixel)
        var sums = Tile<rows, columns, Vector>(repeating: InlineArray<columns, Vector>(repeating: .zero))
        if goesOn {
            for i in 0..<rows {
                for j in 0..<columns { sums[i][j] = y.pointer.vector(i * y.stride + j * width) }
            }
        } else {
            for i in 0..<rows {
                for j in 0..<columns { sums[i][j] = Vector(repeating: bias[row + i]) }
            }
        }
        extend(&sums, channels, weight.moved(rows: row), x.moved(by: pixel))
        for i in 0..<rows {
            for j in 0..<columns { y.pointer.store(sums[i][j], i * y.stride + j * width) }
        }
    }
}
