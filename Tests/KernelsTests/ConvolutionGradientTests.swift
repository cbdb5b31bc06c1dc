import Kernels
import TestSupport
import Testing

/// The sparse backward of a convolution, in both tables.
@Suite struct ConvolutionGradientTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let channels, size, filters, kernel: Int
        var testDescription: String {
            "\(channels)@\(size)×\(size), \(filters) filters of \(kernel)×\(kernel)"
        }
    }

    /// Runs of one short vector, of one, of some, and of more than fit the registers at once.
    static let cases = [
        Case(channels: 1, size: 12, filters: 6, kernel: 5), Case(channels: 3, size: 9, filters: 4, kernel: 5),
        Case(channels: 6, size: 10, filters: 16, kernel: 5),
        Case(channels: 32, size: 8, filters: 5, kernel: 5),
        Case(channels: 70, size: 6, filters: 3, kernel: 3),
    ]

    /// Windows overlap, and what two of them add to an input must not depend on how a vector cuts them.
    @Test(arguments: cases)
    func everyTableGivesTheSameBits(sizes: Case) {
        let results = tables.map { gradients(sizes, $0) }
        for result in results.dropFirst() {
            for (part, expected) in zip(result, results[0]) { #expect(bits(part) == bits(expected)) }
        }
    }

    /// ∂L/∂weight, ∂L/∂bias and ∂L/∂x against the sums written out.
    @Test(arguments: cases, tables)
    func isTheSumOverAllWindows(sizes: Case, kernels: any KernelTable.Type) {
        let shape = shape(sizes, kernels)
        let (x, weight, g) = operands(shape)
        var exact = [
            [Double](repeating: 0, count: weight.count), [Double](repeating: 0, count: shape.filters),
            [Double](repeating: 0, count: x.count),
        ]
        for filter in 0..<shape.filters {
            for pixel in 0..<shape.pixels {
                let gradient = Double(g[filter * shape.pixels + pixel])
                exact[1][filter] += gradient
                let (row, column) = (pixel / shape.outputColumns, pixel % shape.outputColumns)
                for tap in 0..<shape.filterCount {
                    let (channel, place) = (
                        tap / (sizes.kernel * sizes.kernel), tap % (sizes.kernel * sizes.kernel)
                    )
                    let input =
                        (channel * sizes.size + row + place / sizes.kernel) * sizes.size + column
                        + place % sizes.kernel
                    exact[0][filter * shape.filterCount + tap] += gradient * Double(x[input])
                    exact[2][input] += gradient * Double(weight[filter * shape.filterCount + tap])
                }
            }
        }
        for (found, exact) in zip(gradients(sizes, kernels), exact) {
            #expect(mismatch(found, exact, atol: 1e-3, rtol: 1e-5) == nil)
        }
    }

    /// A channel's gradient depends on that channel alone, though windows of many channels take several parts.
    @Test(arguments: [30, 70, 200], tables)
    func otherChannelsChangeNoBit(channels: Int, kernels: any KernelTable.Type) {
        func gradient(_ channels: Int, of all: Int) -> [Float] {
            let shape = ConvolutionShape(
                channels: channels, rows: 2, columns: 9, filters: 4, kernelRows: 1, kernelColumns: 3,
                stride: 1,
                padding: 0, lanes: kernels.lanes)
            let g = awayFromZero(shape.filters * shape.pixels, seed: 3)
            let weight = awayFromZero(shape.filters * all * 3, seed: 2)
            let own = (0..<shape.filters).flatMap { weight[$0 * all * 3..<($0 * all + channels) * 3] }
            return gradients(shape, (awayFromZero(shape.inputCount, seed: 1), own, g), kernels)[2]
        }
        let few = gradient(5, of: channels)
        #expect(bits(Array(gradient(channels, of: channels).prefix(few.count))) == bits(few))
    }

    private func shape(_ sizes: Case, _ kernels: any KernelTable.Type) -> ConvolutionShape {
        ConvolutionShape(
            channels: sizes.channels, rows: sizes.size, columns: sizes.size, filters: sizes.filters,
            kernelRows: sizes.kernel, kernelColumns: sizes.kernel, stride: 1, padding: 0, lanes: kernels.lanes
        )
    }

    /// Two of three gradients are zero, as after pooling; neighbours in rows and columns are not.
    private func operands(_ shape: ConvolutionShape) -> (x: [Float], weight: [Float], g: [Float]) {
        let g = awayFromZero(shape.filters * shape.pixels, seed: 3).enumerated().map { $0 % 3 == 1 ? $1 : 0 }
        return (
            awayFromZero(shape.inputCount, seed: 1), awayFromZero(shape.filters * shape.filterCount, seed: 2),
            g
        )
    }

    private func gradients(_ sizes: Case, _ kernels: any KernelTable.Type) -> [[Float]] {
        let shape = shape(sizes, kernels)
        return gradients(shape, operands(shape), kernels)
    }

    private func gradients(
        _ shape: ConvolutionShape, _ operands: (x: [Float], weight: [Float], g: [Float]),
        _ kernels: any KernelTable.Type
    ) -> [[Float]] {
        var (x, weight, g) = operands
        func floats(_ count: Int) -> [Float] { [Float](repeating: 0, count: count + 16) }
        var packed = floats(shape.sampleLength)
        var filterRuns = floats(shape.filters * shape.windowLength)
        let noTerm = WeightedOffset(offset: 0, value: 0)
        var terms = [WeightedOffset](repeating: noTerm, count: shape.filters * shape.pixels + 1)
        var sorted = terms
        var starts = [Int32](repeating: 0, count: shape.filters + 1)
        var cursors = [Int32](repeating: 0, count: shape.sampleLength)
        var ends = [Int32](repeating: 0, count: shape.pixels)
        let filters = (0..<shape.filters).map { Int32($0 * shape.windowLength) }
        kernels.packSample(shape, &x, into: &packed)
        kernels.packFilterRuns(shape, &weight, into: &filterRuns)
        var count = 0
        for filter in 0..<shape.filters {
            for (pixel, origin) in shape.windowOrigins.enumerated()
            where g[filter * shape.pixels + pixel] != 0 {
                terms[count] = WeightedOffset(offset: origin, value: g[filter * shape.pixels + pixel])
                count += 1
            }
            starts[filter + 1] = Int32(count)
        }

        var packedWeight = floats(shape.filters * shape.windowLength)
        var (weightGradient, bias) = (floats(weight.count), floats(shape.filters))
        kernels.addFilterGradient(
            shape, &packed, filters: filters, terms: terms, starts: starts, into: &packedWeight, bias: &bias,
            start: .anew)
        kernels.unpackFilterGradient(shape, &packedWeight, into: &weightGradient, beta: 0)

        var (packedInput, input) = (floats(shape.sampleLength), floats(x.count))
        var row = floats(shape.columns * shape.channels)
        kernels.sortByPixel(
            shape, origins: shape.spreadOrigins, terms: terms, starts: starts, into: &sorted,
            cursors: &cursors, ends: &ends)
        kernels.addInputGradient(
            shape, origins: shape.spreadOrigins, filterRuns: &filterRuns, terms: sorted, ends: ends,
            into: &packedInput)
        kernels.unpackSampleGradient(shape, &packedInput, row: &row, into: &input, beta: 0)
        return [
            Array(weightGradient.prefix(weight.count)), Array(bias.prefix(shape.filters)),
            Array(input.prefix(x.count)),
        ]
    }
}
