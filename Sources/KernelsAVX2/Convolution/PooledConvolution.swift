import KernelTypes

extension VectorKernels {
    public static func poolStrip(
        _ shape: ConvolutionShape, pool: Int, firstPixel: Int, _ strip: Floats, maxima: Floats,
        choices: UnsafeMutablePointer<Int32>
    ) {
        let (lanes, width) = (shape.filterLanes, Lanes.scalarCount)
        for cell in 0..<shape.outputColumns / pool {
            for at in stride(from: 0, to: lanes, by: width) {
                var best: Lanes = strip.vector(cell * pool * lanes + at)
                var choice = Lanes.MaskStorage(repeating: Int32(cell * pool))
                for pixel in 1..<pool * pool {
                    let place = pixel / pool * shape.outputColumns + cell * pool + pixel % pool
                    let value: Lanes = strip.vector(place * lanes + at)
                    let isLarger = value .> best .| (value .!= value)  // NaN stays
                    best.replace(with: value, where: isLarger)
                    choice.replace(with: Int32(place), where: isLarger)
                }
                maxima.store(best.replacing(with: 0, where: best .<= 0), cell * lanes + at)
                UnsafeMutableRawPointer(choices + cell * lanes + at).storeBytes(
                    of: choice &+ Int32(firstPixel), as: Lanes.MaskStorage.self)
            }
        }
    }

    public static func scatterCells(
        _ shape: ConvolutionShape, cells: Int, maxima: Floats, choices: UnsafeMutablePointer<Int32>,
        into y: Floats, choices target: UnsafeMutablePointer<Int32>
    ) {
        func scatter(_ x: Floats, into y: Floats) {
            transpose(
                rows: cells, columns: shape.filters, x, xStride: shape.filterLanes, into: y, yStride: cells)
        }
        scatter(maxima, into: y)
        choices.withMemoryRebound(to: Float.self, capacity: cells * shape.filterLanes) { choices in
            target.withMemoryRebound(to: Float.self, capacity: shape.filters * cells) { target in
                scatter(choices, into: target)
            }
        }
    }

    public static func gatherPooledGradient(
        _ shape: ConvolutionShape, cells: Int, y: Floats, g: Floats, choices: UnsafePointer<Int32>,
        origins: UnsafePointer<Int32>, into terms: UnsafeMutablePointer<WeightedOffset>,
        starts: UnsafeMutablePointer<Int32>
    ) {
        var count = 0
        for filter in 0..<shape.filters {
            starts[filter] = Int32(count)
            for cell in filter * cells..<(filter + 1) * cells {
                terms[count] = WeightedOffset(offset: origins[Int(choices[cell])], value: g[cell])
                count += Int(min(y[cell].bitPattern, 1))  // no branch: zero cannot be foreseen
            }
        }
        starts[shape.filters] = Int32(count)
    }
}
