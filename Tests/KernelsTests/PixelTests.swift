import Kernels
import TestSupport
import Testing

/// Images that 1×1 filters meet as they stand.
@Suite struct PixelTests {
    /// Blocks of every size, more channels than one part of a sum has, and more pixels than are taken at once: each value is
    /// one chain of multiply-adds, and nothing between the rows is written.
    @Test(arguments: [(1, 1), (3, 16), (7, 5), (8, 130), (9, 128), (17, 300), (16, 16)], [false, true])
    func valuesAreChains(sizes: (outputs: Int, channels: Int), adds: Bool) {
        for pixels in [8, 16, 24, 32, 40, 72, 264, 1032] {
            for kernels in tables {
                let x = Grid(rows: sizes.channels, columns: pixels, seed: 1)
                let y = Grid(rows: sizes.outputs, columns: pixels, seed: 2)
                let (before, beyond) = (y.values, y.gaps)
                var weight = awayFromZero(sizes.outputs * sizes.channels, seed: 3)
                var bias = awayFromZero(sizes.outputs, seed: 4)
                kernels.multiplyPixels(
                    outputs: sizes.outputs, channels: sizes.channels, pixels: pixels, weight: &weight,
                    bias: &bias, x.view, into: y.view, adds: adds)
                let expected = (0..<sizes.outputs * pixels).map { index in
                    let (output, pixel) = (index / pixels, index % pixels)
                    return (0..<sizes.channels).reduce(adds ? before[index] : bias[output]) { sum, channel in
                        sum.addingProduct(weight[output * sizes.channels + channel], x[channel, pixel])
                    }
                }
                #expect(bits(y.values) == bits(expected), "\(pixels) pixels")
                #expect(bits(y.gaps) == bits(beyond))
            }
        }
    }

    /// Rows that end with a step, and within one; as wide as vectors are, and not.
    @Test(arguments: 1...3, [(1, 1), (2, 15), (3, 16), (4, 17), (5, 31), (7, 35), (2, 64)])
    func pixelsArePickedAndSpread(stride: Int, size: (rows: Int, columns: Int)) {
        let (channels, beta) = (3, [0, 1] as [Float])
        for kernels in tables {
            let shape = ConvolutionShape(
                channels: channels, rows: size.rows, columns: size.columns, filters: 2, kernelRows: 1,
                kernelColumns: 1, stride: stride, padding: 0, lanes: kernels.lanes)
            let places = (0..<channels).flatMap { channel in
                Swift.stride(from: 0, to: size.rows, by: stride).flatMap { row in
                    Swift.stride(from: 0, to: size.columns, by: stride).map {
                        (channel * size.rows + row) * size.columns + $0
                    }
                }
            }
            let x = Grid(rows: 1, columns: shape.inputCount, gap: 0, seed: 1)
            let picked = Grid(rows: 1, columns: channels * shape.pixels, gap: 0, seed: 2)
            kernels.pickPixels(shape, x.pointer, into: picked.pointer)
            #expect(picked.values == places.map { x[0, $0] })
            for beta in beta {
                let before = x.values
                var expected = before.map { $0 * beta }
                for (value, place) in zip(picked.values, places) { expected[place] += value }
                let room = Grid(rows: size.rows, columns: size.columns, gap: 0, seed: 3)
                kernels.spreadPixels(shape, picked.pointer, room: room.pointer, into: x.pointer, beta: beta)
                #expect(x.values == expected)
            }
        }
    }
}
