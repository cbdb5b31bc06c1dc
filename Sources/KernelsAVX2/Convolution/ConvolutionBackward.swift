import KernelTypes

extension VectorKernels {
    public static func sortByPixel(
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

    public static func addFilterGradient(
        _ shape: ConvolutionShape, _ x: Floats, filters: UnsafePointer<Int32>,
        terms: UnsafePointer<WeightedOffset>, starts: UnsafePointer<Int32>, into weight: Floats, bias: Floats,
        start: ChainStart
    ) {
        for filter in 0..<shape.filters {
            let total = sum(terms, from: Int(starts[filter]), to: Int(starts[filter + 1]))
            bias[filter] = start == .anew ? total : bias[filter] + total
        }
        var sums = WeightedSums(
            targets: filters, ends: starts + 1, count: shape.filters, terms: terms, source: x,
            sourceRun: shape.rowLength, target: weight, targetRun: shape.runLength, start: start)
        forEachRowGroup(shape) { row, runs in
            forEachPart(shape) { at, vectors in
                sums.source = x + row * shape.rowLength + at
                sums.target = weight + row * shape.runLength + at
                add(sums, shape, runs: runs, vectors: vectors)
            }
        }
    }

    public static func addInputGradient(
        _ shape: ConvolutionShape, origins: UnsafePointer<Int32>, filterRuns: Floats,
        terms: UnsafePointer<WeightedOffset>, ends: UnsafePointer<Int32>, into gx: Floats
    ) {
        var sums = WeightedSums(
            targets: origins, ends: ends, count: shape.pixels, terms: terms, source: filterRuns,
            sourceRun: shape.runLength, target: gx, targetRun: shape.rowLength)
        // Windows overlap: each is finished before the next, whether in one part or in several.
        let pixelsAtOnce = parts(shape) == 1 ? shape.pixels : 1
        sums.count = pixelsAtOnce
        forEachRowGroup(shape) { row, runs in
            for pixel in stride(from: 0, to: shape.pixels, by: pixelsAtOnce) {
                sums.targets = origins + pixel
                sums.ends = ends + pixel
                sums.firstTerm = pixel == 0 ? 0 : Int(ends[pixel - 1])
                forEachPart(shape) { at, vectors in
                    sums.source = filterRuns + row * shape.runLength + at
                    sums.target = gx + row * shape.rowLength + at
                    add(sums, shape, runs: runs, vectors: vectors)
                }
            }
        }
    }

    private static func add(_ sums: WeightedSums, _ shape: ConvolutionShape, runs: Int, vectors: Int) {
        shape.runLanes < Lanes.scalarCount
            ? addWeightedShort(sums, runs: runs) : addWeighted(sums, runs: runs, vectors: vectors)
    }

    /// The values of some terms, added in eight interleaved sums.
    private static func sum(_ terms: UnsafePointer<WeightedOffset>, from start: Int, to end: Int) -> Float {
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
    let (vectors, parts) = (shape.runLength / shape.runLanes, parts(shape))
    for part in 0..<parts {
        let first = part * vectors / parts
        body(first * shape.runLanes, (part + 1) * vectors / parts - first)
    }
}

private func parts(_ shape: ConvolutionShape) -> Int { (shape.runLength / shape.runLanes + 11) / 12 }
