/// The maximum of each `pool × pool` window of `pool` rows of a convolution's output, then ReLU.
///
/// - Parameters:
///   - firstPixel: the strip's first output pixel.
///   - strip: `[pool, outputColumns, filterLanes]`.
///   - maxima, choices: `[cells, filterLanes]`: the values, and the pixel each came from (the first of
///     equals).
public func poolStrip(
    _ shape: ConvolutionShape, pool: Int, firstPixel: Int, _ strip: Floats, maxima: Floats,
    choices: UnsafeMutablePointer<Int32>
) {
    let (lanes, width) = (shape.filterLanes, Lanes.scalarCount)
    for cell in 0..<shape.outputColumns / pool {
        for at in stride(from: 0, to: lanes, by: width) {
            var best = strip.load(cell * pool * lanes + at)
            var choice = Lanes.MaskStorage(repeating: Int32(cell * pool))
            for pixel in 1..<pool * pool {
                let place = pixel / pool * shape.outputColumns + cell * pool + pixel % pool
                let value = strip.load(place * lanes + at)
                let isLarger = value .> best .| (value .!= value)  // NaN stays
                best.replace(with: value, where: isLarger)
                choice.replace(with: Int32(place), where: isLarger)
            }
            maxima.save(best.replacing(with: 0, where: best .<= 0), cell * lanes + at)
            UnsafeMutableRawPointer(choices + cell * lanes + at).storeBytes(
                of: choice &+ Int32(firstPixel), as: Lanes.MaskStorage.self)
        }
    }
}

/// One row of cells, `[cells, filterLanes]`, to filters first: `y[filter · planeLength + cell]`, with their
/// choices.
public func scatterCells(
    _ shape: ConvolutionShape, cells: Int, planeLength: Int, maxima: Floats, choices: UnsafePointer<Int32>,
    into y: Floats, choices target: UnsafeMutablePointer<Int32>
) {
    let lanes = shape.filterLanes
    for filter in 0..<shape.filters {
        for cell in 0..<cells {
            y[filter * planeLength + cell] = maxima[cell * lanes + filter]
            target[filter * planeLength + cell] = choices[cell * lanes + filter]
        }
    }
}

/// As `gatherGradient`, from the gradient after pooling and ReLU: each positive maximum passes its own to its
/// pixel.
///
/// - Parameters:
///   - y, g, choices: `[filters, cells]` of one sample.
public func gatherPooledGradient(
    _ shape: ConvolutionShape, cells: Int, y: Floats, g: Floats, choices: UnsafePointer<Int32>,
    origins: UnsafePointer<Int32>, into terms: UnsafeMutablePointer<WeightedOffset>,
    starts: UnsafeMutablePointer<Int32>
) {
    var count = 0
    for filter in 0..<shape.filters {
        starts[filter] = Int32(count)
        for cell in filter * cells..<(filter + 1) * cells {
            terms[count] = WeightedOffset(offset: origins[Int(choices[cell])], value: g[cell])
            count += y[cell].bitPattern == 0 ? 0 : 1  // no branch: neither sign nor zero can be foreseen
        }
    }
    starts[shape.filters] = Int32(count)
}
