import KernelTypes

// A filter as the caller stores it is [channels, taps]; a row of a panel holds one term of the window for all its filters.
// The terms come in blocks of 32 channels, then by tap, then by channel.

extension VectorKernels {
    public static func packFilterPanels(
        _ shape: ConvolutionShape, _ weight: Floats, scratch: Floats, into packed: Floats
    ) {
        forEachBlock(shape) { panel, lanes, source, rows, width in
            let block = packed + panel
            if lanes.held < lanes.all { fill(rows * lanes.all, scratch, with: 0) }
            transpose(
                rows: lanes.held, columns: rows, weight + source, xStride: shape.filterCount, into: scratch,
                yStride: lanes.all)
            forEachTerm(taps: rows / width, width) { term, row in
                copyRow(lanes.all, scratch + row * lanes.all, into: block + term * lanes.all)
            }
        }
    }

    public static func unpackPanelGradient(
        _ shape: ConvolutionShape, _ packed: Floats, scratch: Floats, into weight: Floats, beta: Float
    ) {
        forEachBlock(shape) { panel, lanes, source, rows, width in
            let block = packed + panel
            forEachTerm(taps: rows / width, width) { term, row in
                copyRow(lanes.all, block + term * lanes.all, into: scratch + row * lanes.all)
            }
            transposeAdding(
                rows: rows, columns: lanes.held, scratch, xStride: lanes.all, into: weight + source,
                yStride: shape.filterCount, room: scratch + rows * lanes.all, beta: beta)
        }
    }

    public static func packInputGradientPanels(
        _ shape: ConvolutionShape, taps: UnsafeBufferPointer<Int32>, filterPanels: Floats, into packed: Floats
    ) {
        let (filters, channels) = (FilterPanels(of: shape.filters), FilterPanels(of: shape.channels))
        let count = shape.kernelRows * shape.kernelColumns
        var target = packed
        for block in 0..<channels.count {
            let (width, lanes) = (channels.held(block), channels.lanes(block))
            for panel in 0..<filters.count {
                let source =
                    filterPanels + panel * FilterPanels.width * shape.filterCount
                    + block * FilterPanels.width * count * filters.lanes(panel)
                for tap in taps {
                    transpose(
                        rows: width, columns: filters.lanes(panel),
                        source + Int(tap) * width * filters.lanes(panel), xStride: filters.lanes(panel),
                        into: target, yStride: lanes)
                    target += filters.lanes(panel) * lanes
                }
            }
        }
    }

    public static func packOutputGradient(_ layout: GradientLayout, _ g: Floats, into packed: Floats) {
        let pixels = layout.outputRows * layout.outputColumns
        let lanes = layout.panels.widest
        for panel in 0..<layout.panels.count {
            packRows(
                layout.outputRows, layout.outputColumns, g + panel * FilterPanels.width * pixels,
                channels: layout.panels.held(panel), plane: pixels,
                into: packed + panel * layout.panelLength + layout.place(row: 0, column: 0), lanes: lanes,
                rowLength: layout.rowLength)
        }
    }

    public static func packSample(_ shape: ConvolutionShape, _ x: Floats, into packed: Floats) {
        packRows(
            shape.rows, shape.columns, x, channels: shape.channels, plane: shape.rows * shape.columns,
            into: packed + shape.padding * (shape.rowLength + shape.channels), lanes: shape.channels,
            rowLength: shape.rowLength)
    }

    public static func transposeAdding(
        rows: Int, columns: Int, _ x: Floats, xStride: Int, into y: Floats, yStride: Int, room: Floats,
        beta: Float
    ) {
        if beta == 0 {
            return transpose(rows: rows, columns: columns, x, xStride: xStride, into: y, yStride: yStride)
        }
        transpose(rows: rows, columns: columns, x, xStride: xStride, into: room, yStride: rows)
        for column in 0..<columns {
            accumulate(rows, room + column * rows, into: y + column * yStride, beta: beta)
        }
    }

    public static func scatterRows(
        _ count: Int, lanes: Int, _ x: Floats, places: UnsafePointer<Int32>, into y: Floats
    ) {
        for row in 0..<count { copyRow(lanes, x + row * lanes, into: y + Int(places[row])) }
    }
}

/// Planes `[channels, rows, columns]` to pixels of neighbouring channels, `lanes` floats apart.
private func packRows(
    _ rows: Int, _ columns: Int, _ x: Floats, channels: Int, plane: Int, into packed: Floats, lanes: Int,
    rowLength: Int
) {
    if columns * lanes == rowLength {  // no margin: all rows are one
        return VectorKernels.transpose(
            rows: channels, columns: rows * columns, x, xStride: plane, into: packed, yStride: lanes)
    }
    // Few planes at once, so that the processor sees what will be read next.
    for start in stride(from: 0, to: channels, by: 8) {
        let first = max(0, min(start, channels - 8))
        for row in 0..<rows {
            VectorKernels.transpose(
                rows: min(8, channels - first), columns: columns, x + first * plane + row * columns,
                xStride: plane,
                into: packed + row * rowLength + first, yStride: lanes)
        }
    }
}

/// Calls `body` for each panel of filters and block of channels: where it stands in the panels, the panel's lanes, where
/// it stands in the caller's filters, its terms, and its channels.
@inline(__always)
private func forEachBlock(
    _ shape: ConvolutionShape,
    _ body: (_ packed: Int, _ lanes: (held: Int, all: Int), _ source: Int, _ rows: Int, _ width: Int) -> Void
) {
    let (filters, channels) = (FilterPanels(of: shape.filters), FilterPanels(of: shape.channels))
    let taps = shape.kernelRows * shape.kernelColumns
    for panel in 0..<filters.count {
        let lanes = filters.lanes(panel)
        for block in 0..<channels.count {
            let before = block * FilterPanels.width * taps
            let width = channels.held(block)
            body(
                panel * FilterPanels.width * shape.filterCount + before * lanes, (filters.held(panel), lanes),
                panel * FilterPanels.width * shape.filterCount + before, width * taps, width)
        }
    }
}

/// Calls `body` with each term of a block by tap and channel, and its place by channel and tap.
@inline(__always)
private func forEachTerm(taps: Int, _ width: Int, _ body: (_ term: Int, _ row: Int) -> Void) {
    for tap in 0..<taps {
        for channel in 0..<width { body(tap * width + channel, channel * taps + tap) }
    }
}

/// Copies a multiple of eight floats.
@inline(__always)
private func copyRow(_ lanes: Int, _ x: Floats, into y: Floats) {
    for lane in stride(from: 0, to: lanes, by: 8) {
        let values: SIMD8<Float> = x.vector(lane)
        y.store(values, lane)
    }
}
