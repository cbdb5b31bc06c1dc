#if AVX512
    import Kernels
#else

    /// A term `value · source[offset...]` of a weighted sum of windows.
    @frozen public struct WeightedOffset {
        public var offset: Int32
        public var value: Float

        @inlinable
        public init(offset: Int32, value: Float) { (self.offset, self.value) = (offset, value) }
    }

#endif

/// The pixels whose gradient is not zero, filter by filter: after max-pooling that is one in four at most,
/// and zeros would cost as much as the rest.
///
/// - Parameters:
///   - g: ∂L/∂y of one sample, `[filters, pixels]`.
///   - starts: `[filters + 1]`, where each filter's terms begin.
public func gatherGradient(
    _ shape: ConvolutionShape, _ g: Floats, origins: UnsafePointer<Int32>,
    into terms: UnsafeMutablePointer<WeightedOffset>, starts: UnsafeMutablePointer<Int32>
) {
    var count = 0
    for filter in 0..<shape.filters {
        starts[filter] = Int32(count)
        let row = g + filter * shape.pixels
        for pixel in 0..<shape.pixels {
            terms[count] = WeightedOffset(offset: origins[pixel], value: row[pixel])
            count += row[pixel] == 0 ? 0 : 1
        }
    }
    starts[shape.filters] = Int32(count)
}

/// The same terms ordered by pixel: each pixel's offsets are those of filters in `packFilterRuns`.
///
/// - Parameters:
///   - origins: every window's origin, in the order in which `addInputGradient` visits them.
///   - cursors: `[sampleLength]`, scratch.
///   - ends: `[pixels]`, where the terms of each of `origins` end.
public func sortByPixel(
    _ shape: ConvolutionShape, origins: UnsafePointer<Int32>, terms: UnsafePointer<WeightedOffset>,
    starts: UnsafePointer<Int32>, into sorted: UnsafeMutablePointer<WeightedOffset>,
    cursors: UnsafeMutablePointer<Int32>, ends: UnsafeMutablePointer<Int32>
) {
    for pixel in 0..<shape.pixels { cursors[Int(origins[pixel])] = 0 }
    for term in 0..<Int(starts[shape.filters]) { cursors[Int(terms[term].offset)] += 1 }
    var total: Int32 = 0
    for pixel in 0..<shape.pixels {
        let origin = Int(origins[pixel])
        let count = cursors[origin]
        cursors[origin] = total
        total += count
        ends[pixel] = total
    }
    for filter in 0..<shape.filters {
        let offset = Int32(filter * shape.windowLength)
        for index in Int(starts[filter])..<Int(starts[filter + 1]) {
            let origin = Int(terms[index].offset)
            sorted[Int(cursors[origin])] = WeightedOffset(offset: offset, value: terms[index].value)
            cursors[origin] += 1
        }
    }
}

/// Adds one sample's share to ∂L/∂weight (laid out as by `packFilterRuns`) and to ∂L/∂bias: `Σ_pixel g ·
/// window`.
///
/// - Parameter filters: where each filter begins in `weight`.
public func addFilterGradient(
    _ shape: ConvolutionShape, _ x: Floats, filters: UnsafePointer<Int32>,
    terms: UnsafePointer<WeightedOffset>, starts: UnsafePointer<Int32>, into weight: Floats, bias: Floats
) {
    for filter in 0..<shape.filters {
        bias[filter] += sum(terms, from: Int(starts[filter]), to: Int(starts[filter + 1]))
    }
    var sums = WeightedSums(
        targets: filters, ends: starts + 1, count: shape.filters, terms: terms, source: x,
        sourceRun: shape.rowLength, target: weight, targetRun: shape.runLength)
    forEachBlock(shape) { row, runs, at, vectors in
        sums.source = x + row * shape.rowLength + at
        sums.target = weight + row * shape.runLength + at
        shape.runLanes < Lanes.scalarCount
            ? addWeightedShort(sums, runs: runs) : addWeighted(sums, runs: runs, vectors: vectors)
    }
}

/// Adds to one sample's padded channels-last ∂L/∂x: each window receives `Σ_filter g · filter`.
public func addInputGradient(
    _ shape: ConvolutionShape, origins: UnsafePointer<Int32>, filterRuns: Floats,
    terms: UnsafePointer<WeightedOffset>, ends: UnsafePointer<Int32>, into gx: Floats
) {
    var sums = WeightedSums(
        targets: origins, ends: ends, count: shape.pixels, terms: terms, source: filterRuns,
        sourceRun: shape.runLength, target: gx, targetRun: shape.rowLength)
    forEachBlock(shape) { row, runs, at, vectors in
        sums.source = filterRuns + row * shape.runLength + at
        sums.target = gx + row * shape.rowLength + at
        shape.runLanes < Lanes.scalarCount
            ? addWeightedShort(sums, runs: runs) : addWeighted(sums, runs: runs, vectors: vectors)
    }
}

/// The values of some terms, added in eight interleaved sums.
private func sum(_ terms: UnsafePointer<WeightedOffset>, from start: Int, to end: Int) -> Float {
    var sums = SIMD8<Float>.zero
    var term = start
    while term + 8 <= end {
        var values = SIMD8<Float>.zero
        for lane in 0..<8 { values[lane] = terms[term + lane].value }
        sums += values
        term += 8
    }
    var rest: Float = 0
    while term < end {
        rest += terms[term].value
        term += 1
    }
    return sums.laneSum + rest
}

/// Calls `body` with the blocks of a window: groups of kernel rows, of one or of several short ones, in parts
/// of at most twelve vectors. The groups order the additions to an input's gradient, so they do not depend on
/// the width of a vector.
@inline(__always)
private func forEachBlock(
    _ shape: ConvolutionShape, _ body: (_ row: Int, _ runs: Int, _ at: Int, _ vectors: Int) -> Void
) {
    let group = max(1, min(5, 6 / ((shape.run + 15) / 16)))
    let vectors = shape.runLength / shape.runLanes
    let parts = (vectors + 11) / 12
    for row in stride(from: 0, to: shape.kernelRows, by: group) {
        for part in 0..<parts {
            let first = part * vectors / parts
            body(
                row, min(group, shape.kernelRows - row), first * shape.runLanes,
                (part + 1) * vectors / parts - first)
        }
    }
}
