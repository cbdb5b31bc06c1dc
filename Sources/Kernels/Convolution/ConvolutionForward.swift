/// The convolution of one sample at some of its output pixels: `y[pixel, filter] = bias + Σ window · filter`.
///
/// Each value is its bias plus one product after the other, in the order kernel row, kernel column, channel,
/// whatever the tiles and the width of a vector.
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
        // As many kernel rows at once as keep the panel's part in the first-level cache for all pixels.
        let rowsAtOnce = max(1, 5120 / (shape.run * lanes))
        for row in stride(from: 0, to: shape.kernelRows, by: rowsAtOnce) {
            let panel = panels + first * shape.filterCount + row * shape.run * lanes
            let rows = row..<min(row + rowsAtOnce, shape.kernelRows)
            for block in 0..<blocks {  // nearly equal blocks of up to six pixels
                let start = block * pixels.count / blocks
                let count = (block + 1) * pixels.count / blocks - start
                let tile = lanes > Lanes.scalarCount ? pairTile : singleTile
                tile(
                    shape, count, rows, x, origins + pixels.lowerBound + start, panel, bias + first,
                    y + start * shape.filterLanes + first)
            }
        }
    }
}

/// Tiles of two vectors of filters, each case compiled for its own number of registers.
@inline(never)
private func pairTile(
    _ shape: ConvolutionShape, _ count: Int, _ rows: Range<Int>, _ x: Floats,
    _ origins: UnsafePointer<Int32>, _ panel: Floats, _ bias: Floats, _ y: Floats
) {
    switch count {
    case 6: tile(shape, 6, true, rows, x, origins, panel, bias, y)
    case 5: tile(shape, 5, true, rows, x, origins, panel, bias, y)
    case 4: tile(shape, 4, true, rows, x, origins, panel, bias, y)
    case 3: tile(shape, 3, true, rows, x, origins, panel, bias, y)
    case 2: tile(shape, 2, true, rows, x, origins, panel, bias, y)
    default: tile(shape, 1, true, rows, x, origins, panel, bias, y)
    }
}

/// Tiles of one vector of filters.
@inline(never)
private func singleTile(
    _ shape: ConvolutionShape, _ count: Int, _ rows: Range<Int>, _ x: Floats,
    _ origins: UnsafePointer<Int32>, _ panel: Floats, _ bias: Floats, _ y: Floats
) {
    switch count {
    case 6: tile(shape, 6, false, rows, x, origins, panel, bias, y)
    case 5: tile(shape, 5, false, rows, x, origins, panel, bias, y)
    case 4: tile(shape, 4, false, rows, x, origins, panel, bias, y)
    case 3: tile(shape, 3, false, rows, x, origins, panel, bias, y)
    case 2: tile(shape, 2, false, rows, x, origins, panel, bias, y)
    default: tile(shape, 1, false, rows, x, origins, panel, bias, y)
    }
}

/// `count` pixels by one vector of filters, or a `pair` of them, summed in registers.
@_transparent
private func tile(
    _ shape: ConvolutionShape, _ count: Int, _ pair: Bool, _ rows: Range<Int>, _ x: Floats,
    _ origins: UnsafePointer<Int32>, _ panel: Floats, _ bias: Floats, _ y: Floats
) {
    let width = Lanes.scalarCount
    let lanes = shape.filterLanes
    let isFirst = rows.lowerBound == 0  // later rows add to what the earlier ones left
    let (from, step) = isFirst ? (bias, 0) : (y, lanes)
    let high = pair ? width : 0
    var (a0, b0) = (from.load(0), from.load(high))
    var (a1, b1) = count > 1 ? (from.load(step), from.load(step + high)) : (a0, b0)
    var (a2, b2) = count > 2 ? (from.load(2 * step), from.load(2 * step + high)) : (a0, b0)
    var (a3, b3) = count > 3 ? (from.load(3 * step), from.load(3 * step + high)) : (a0, b0)
    var (a4, b4) = count > 4 ? (from.load(4 * step), from.load(4 * step + high)) : (a0, b0)
    var (a5, b5) = count > 5 ? (from.load(5 * step), from.load(5 * step + high)) : (a0, b0)
    let x0 = x + Int(origins[0])
    let x1 = count > 1 ? x + Int(origins[1]) : x0
    let x2 = count > 2 ? x + Int(origins[2]) : x0
    let x3 = count > 3 ? x + Int(origins[3]) : x0
    let x4 = count > 4 ? x + Int(origins[4]) : x0
    let x5 = count > 5 ? x + Int(origins[5]) : x0
    var weights = panel
    var rowStart = rows.lowerBound * shape.rowLength
    for _ in rows {
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
    save(a0, b0, pair, y)
    if count > 1 { save(a1, b1, pair, y + lanes) }
    if count > 2 { save(a2, b2, pair, y + 2 * lanes) }
    if count > 3 { save(a3, b3, pair, y + 3 * lanes) }
    if count > 4 { save(a4, b4, pair, y + 4 * lanes) }
    if count > 5 { save(a5, b5, pair, y + 5 * lanes) }
}

@_transparent
private func add(_ x: Float, _ w: Lanes, _ v: Lanes, _ pair: Bool, _ a: inout Lanes, _ b: inout Lanes) {
    let x = Lanes(repeating: x)
    a = a.addingProduct(x, w)
    if pair { b = b.addingProduct(x, v) }
}

@_transparent
private func save(_ a: Lanes, _ b: Lanes, _ pair: Bool, _ y: Floats) {
    y.save(a, 0)
    if pair { y.save(b, Lanes.scalarCount) }
}
