import KernelTypes

// A convolution of one channel by few filters fills a vector of filters badly. Here the lanes are neighbouring cells
// of the pooled output instead: a cell's four pixels are in four registers, and pooled there.

extension VectorKernels {
    public static func convolveCells(
        _ cells: CellShape, taps: UnsafePointer<Int32>, _ x: Floats, weight: Floats, bias: Floats,
        into y: Floats, choices: UnsafeMutablePointer<Int32>
    ) {
        let filters = cells.shape.filters
        let blocks = (filters + filtersAtOnce - 1) / filtersAtOnce
        for block in 0..<blocks {  // nearly equal blocks of filters
            let first = block * filters / blocks
            let weight = weight + first * cells.taps
            let (y, choices) = (y + first * cells.count, choices + first * cells.count)
            switch (block + 1) * filters / blocks - first {
            case 3: convolve(InlineArray<3, Pixels>.self, cells, taps, x, weight, bias + first, y, choices)
            case 2: convolve(InlineArray<2, Pixels>.self, cells, taps, x, weight, bias + first, y, choices)
            default: convolve(InlineArray<1, Pixels>.self, cells, taps, x, weight, bias + first, y, choices)
            }
        }
    }
}

/// The four pixels of a vector of cells, row by row.
private typealias Pixels = InlineArray<4, Lanes>

extension VectorKernels {
    private static func convolve<let filters: Int>(
        _: InlineArray<filters, Pixels>.Type, _ cells: CellShape, _ taps: UnsafePointer<Int32>, _ x: Floats,
        _ weight: Floats, _ bias: Floats, _ y: Floats, _ choices: UnsafeMutablePointer<Int32>
    ) {
        let width = Lanes.scalarCount
        let weightStride = cells.taps
        let outputColumns = Int32(cells.shape.outputColumns)
        var lanes = Places.zero
        for lane in 0..<width { lanes[lane] = Int32(lane) }
        for row in 0..<cells.rows {
            for at in stride(from: 0, to: cells.columns, by: width) {
                let source = x + row * cells.rowStep + at
                var sums = InlineArray<filters, Pixels> { filter in
                    Pixels(repeating: Lanes(repeating: bias[filter]))
                }
                for tap in 0..<weightStride {
                    let inputs = Pixels { source.vector(Int(taps[4 * tap + $0])) }
                    for filter in 0..<filters {
                        let value = Lanes(repeating: weight[filter * weightStride + tap])
                        for pixel in 0..<4 {
                            sums[filter][pixel] = sums[filter][pixel].addingProduct(value, inputs[pixel])
                        }
                    }
                }
                var places = InlineArray<filters, Places>(repeating: .zero)
                for filter in 0..<filters {
                    var (best, place) = (sums[filter][0], Places.zero)
                    for pixel in 1..<4 {
                        let value = sums[filter][pixel]
                        let isLarger = value .> best .| (value .!= value)  // NaN stays
                        best.replace(with: value, where: isLarger)
                        place.replace(
                            with: Int32(pixel / 2) &* outputColumns &+ Int32(pixel % 2), where: isLarger)
                    }
                    sums[filter][0] = best.replacing(with: 0, where: best .<= 0)
                    places[filter] = place
                }
                let first = Int32(2 * at) + Int32(2 * row) * outputColumns
                let isStored = lanes .< Int32(min(width, cells.columns - at))
                for filter in 0..<filters {
                    let target = filter * cells.count + row * cells.columns + at
                    let before: Lanes = y.vector(target)
                    y.store(before.replacing(with: sums[filter][0], where: isStored), target)
                    let choice = UnsafeMutableRawPointer(choices + target)
                    let old = choice.loadUnaligned(as: Places.self)
                    choice.storeBytes(
                        of: old.replacing(with: places[filter] &+ lanes &* 2 &+ first, where: isStored),
                        as: Places.self)
                }
            }
        }
    }
}

private typealias Places = Lanes.MaskStorage
