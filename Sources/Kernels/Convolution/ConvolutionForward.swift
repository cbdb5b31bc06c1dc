/// The convolution of one sample at some of its output pixels: `y[pixel, filter] = bias + Σ window · filter`.
///
/// Each value is its bias plus one product after the other, in the order kernel row, kernel column, channel, whatever
/// the tiles and the width of a vector.
///
/// - Parameters:
///   - origins: `shape.windowOrigins`.
///   - x: a padded channels-last sample.
///   - panels: from `packFilterPanels`.
///   - bias: `[filterLanes]`.
///   - y: `[pixels.count, filterLanes]`.
public func convolve(
    _ shape: ConvolutionShape, pixels: Range<Int>, origins: UnsafePointer<Int32>, _ x: Floats,
    panels: Floats, bias: Floats, into y: Floats
) {
    let blocks = (pixels.count + 5) / 6
    forEachPanel(shape) { first, lanes in
        let panel = panels + first * shape.filterCount
        for block in 0..<blocks {  // nearly equal blocks of up to six pixels
            let start = block * pixels.count / blocks
            let count = (block + 1) * pixels.count / blocks - start
            convolutionTile(
                shape, pixels: count, pair: lanes > Lanes.scalarCount, x,
                origins: origins + pixels.lowerBound + start, panel, bias + first,
                into: y + start * shape.filterLanes + first)
        }
    }
}

/// Picks the tile whose registers are known when this is compiled.
@inline(__always)
private func convolutionTile(
    _ shape: ConvolutionShape, pixels: Int, pair: Bool, _ x: Floats, origins: UnsafePointer<Int32>,
    _ panel: Floats, _ bias: Floats, into y: Floats
) {
    switch (pixels, pair) {
    case (6, true): tile(shape, 6, true, x, origins, panel, bias, y)
    case (5, true): tile(shape, 5, true, x, origins, panel, bias, y)
    case (4, true): tile(shape, 4, true, x, origins, panel, bias, y)
    case (3, true): tile(shape, 3, true, x, origins, panel, bias, y)
    case (2, true): tile(shape, 2, true, x, origins, panel, bias, y)
    case (_, true): tile(shape, 1, true, x, origins, panel, bias, y)
    case (6, false): tile(shape, 6, false, x, origins, panel, bias, y)
    case (5, false): tile(shape, 5, false, x, origins, panel, bias, y)
    case (4, false): tile(shape, 4, false, x, origins, panel, bias, y)
    case (3, false): tile(shape, 3, false, x, origins, panel, bias, y)
    case (2, false): tile(shape, 2, false, x, origins, panel, bias, y)
    case (_, false): tile(shape, 1, false, x, origins, panel, bias, y)
    }
}

/// `count` pixels by one vector of filters, or a `pair` of them, summed in registers.
@inline(__always)
private func tile(
    _ shape: ConvolutionShape, _ count: Int, _ pair: Bool, _ x: Floats, _ origins: UnsafePointer<Int32>,
    _ panel: Floats, _ bias: Floats, _ y: Floats
) {
    let width = Lanes.scalarCount
    let start = bias.load(0)
    let startB = pair ? bias.load(width) : start
    var (a0, a1, a2, a3, a4, a5) = (start, start, start, start, start, start)
    var (b0, b1, b2, b3, b4, b5) = (startB, startB, startB, startB, startB, startB)
    let x0 = x + Int(origins[0])
    let x1 = count > 1 ? x + Int(origins[1]) : x0
    let x2 = count > 2 ? x + Int(origins[2]) : x0
    let x3 = count > 3 ? x + Int(origins[3]) : x0
    let x4 = count > 4 ? x + Int(origins[4]) : x0
    let x5 = count > 5 ? x + Int(origins[5]) : x0
    var weights = panel
    var rowStart = 0
    for _ in 0..<shape.kernelRows {
        for at in rowStart..<rowStart + shape.run {
            let w = weights.load(0)
            let v = pair ? weights.load(width) : w
            weights += pair ? 2 * width : width
            add(x0[at], w, v, pair, &a0, &b0)
            if count > 1 { add(x1[at], w, v, pair, &a1, &b1) }
            if count > 2 { add(x2[at], w, v, pair, &a2, &b2) }
            if count > 3 { add(x3[at], w, v, pair, &a3, &b3) }
            if count > 4 { add(x4[at], w, v, pair, &a4, &b4) }
            if count > 5 { add(x5[at], w, v, pair, &a5, &b5) }
        }
        rowStart += shape.rowLength
    }
    let lanes = shape.filterLanes
    save(a0, b0, pair, y)
    if count > 1 { save(a1, b1, pair, y + lanes) }
    if count > 2 { save(a2, b2, pair, y + 2 * lanes) }
    if count > 3 { save(a3, b3, pair, y + 3 * lanes) }
    if count > 4 { save(a4, b4, pair, y + 4 * lanes) }
    if count > 5 { save(a5, b5, pair, y + 5 * lanes) }
}

@inline(__always)
private func add(_ x: Float, _ w: Lanes, _ v: Lanes, _ pair: Bool, _ a: inout Lanes, _ b: inout Lanes) {
    let x = Lanes(repeating: x)
    a = a.addingProduct(x, w)
    if pair { b = b.addingProduct(x, v) }
}

@inline(__always)
private func save(_ a: Lanes, _ b: Lanes, _ pair: Bool, _ y: Floats) {
    y.save(a, 0)
    if pair { y.save(b, Lanes.scalarCount) }
}
