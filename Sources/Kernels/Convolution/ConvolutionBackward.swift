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
///   - ends: `[sampleLength]`; afterwards, at each window's origin, where its terms end.
public func sortByPixel(
    _ shape: ConvolutionShape, origins: UnsafePointer<Int32>, terms: UnsafePointer<WeightedOffset>,
    starts: UnsafePointer<Int32>, into sorted: UnsafeMutablePointer<WeightedOffset>,
    ends: UnsafeMutablePointer<Int32>
) {
    for pixel in 0..<shape.pixels { ends[Int(origins[pixel])] = 0 }
    for term in 0..<Int(starts[shape.filters]) { ends[Int(terms[term].offset)] += 1 }
    var total: Int32 = 0
    for pixel in 0..<shape.pixels {
        let origin = Int(origins[pixel])
        let count = ends[origin]
        ends[origin] = total
        total += count
    }
    for filter in 0..<shape.filters {
        let offset = Int32(filter * shape.windowLength)
        for index in Int(starts[filter])..<Int(starts[filter + 1]) {
            let origin = Int(terms[index].offset)
            sorted[Int(ends[origin])] = WeightedOffset(offset: offset, value: terms[index].value)
            ends[origin] += 1
        }
    }
}

/// Adds one sample's share to ∂L/∂weight (laid out as by `packFilterRuns`) and to ∂L/∂bias: `Σ_pixel g ·
/// window`.
public func addFilterGradient(
    _ shape: ConvolutionShape, _ x: Floats, terms: UnsafePointer<WeightedOffset>,
    starts: UnsafePointer<Int32>, into weight: Floats, bias: Floats
) {
    for filter in 0..<shape.filters {
        let own = terms + Int(starts[filter])
        let count = Int(starts[filter + 1] - starts[filter])
        var total = bias[filter]
        for term in 0..<count { total += own[term].value }
        bias[filter] = total
        let target = weight + filter * shape.windowLength
        forEachRowGroup(shape) { row, runs in
            forEachPart(shape) { at, vectors in
                addWeighted(
                    runs: runs, vectors: vectors, own, count, source: x + row * shape.rowLength + at,
                    sourceRun: shape.rowLength, target: target + row * shape.runLength + at,
                    targetRun: shape.runLength)
            }
        }
    }
}

/// Adds to one sample's padded channels-last ∂L/∂x: each window receives `Σ_filter g · filter`.
public func addInputGradient(
    _ shape: ConvolutionShape, origins: UnsafePointer<Int32>, filterRuns: Floats,
    terms: UnsafePointer<WeightedOffset>, ends: UnsafePointer<Int32>, into gx: Floats
) {
    forEachRowGroup(shape) { row, runs in
        let source = filterRuns + row * shape.runLength
        let target = gx + row * shape.rowLength
        var start = 0
        for pixel in 0..<shape.pixels {
            let origin = Int(origins[pixel])
            let end = Int(ends[origin])
            forEachPart(shape) { at, vectors in
                addWeighted(
                    runs: runs, vectors: vectors, terms + start, end - start, source: source + at,
                    sourceRun: shape.runLength, target: target + origin + at, targetRun: shape.rowLength)
            }
            start = end
        }
    }
}

/// Cuts a window into groups of kernel rows, of one or of several short ones. The groups order the additions to an
/// input's gradient, so they do not depend on the width of a vector.
@inline(__always)
private func forEachRowGroup(_ shape: ConvolutionShape, _ body: (_ row: Int, _ runs: Int) -> Void) {
    let runs = max(1, min(5, 6 / ((shape.run + 15) / 16)))
    for row in stride(from: 0, to: shape.kernelRows, by: runs) {
        body(row, min(runs, shape.kernelRows - row))
    }
}

/// Cuts a run into parts of at most twelve vectors.
@inline(__always)
private func forEachPart(_ shape: ConvolutionShape, _ body: (_ at: Int, _ vectors: Int) -> Void) {
    let vectors = shape.runLength / Lanes.scalarCount
    let parts = (vectors + 11) / 12
    for part in 0..<parts {
        let first = part * vectors / parts
        body(first * Lanes.scalarCount, (part + 1) * vectors / parts - first)
    }
}
