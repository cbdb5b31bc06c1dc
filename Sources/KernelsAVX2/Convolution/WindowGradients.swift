import KernelTypes

extension VectorKernels {
    public static func windowGradient(
        _ pixels: Int, origins: UnsafePointer<Int32>, places: UnsafePointer<Int32>,
        runs: UnsafeBufferPointer<WindowRun>, _ x: Floats, termStride: Int, _ g: Floats, lanes: Int,
        into gradient: Floats, beta: Float
    ) {
        let width = Lanes.scalarCount
        let pairs = Pairs(
            count: pixels, origins: origins, places: places, x: x, termStride: termStride, g: g,
            adds: beta != 0)
        let target = RowsView(gradient, stride: lanes)
        var column = 0
        while lanes - column >= 2 * width {
            addBlocks(
                InlineArray<2, Lanes>.self, termsOfPair, pairs.moved(by: column), runs,
                target.moved(by: column))
            column += 2 * width
        }
        if lanes - column >= width {
            addBlocks(
                InlineArray<1, Lanes>.self, termsOfSingle, pairs.moved(by: column), runs,
                target.moved(by: column))
            column += width
        }
        if column < lanes {
            addBlocks(
                InlineArray<1, SIMD8<Float>>.self, termsOfSingle, pairs.moved(by: column), runs,
                target.moved(by: column))
        }
    }

    public static func pixelSums(
        _ pixels: Int, places: UnsafePointer<Int32>, _ g: Floats, lanes: Int, into sums: Floats, beta: Float
    ) {
        let width = Lanes.scalarCount
        var lane = 0
        while lanes - lane >= width {
            addRows(Lanes.self, pixels, places, g + lane, into: sums + lane, adds: beta != 0)
            lane += width
        }
        if lane < lanes {
            addRows(SIMD8<Float>.self, pixels, places, g + lane, into: sums + lane, adds: beta != 0)
        }
    }
}

/// Adds a vector of each pixel's.
@inline(__always)
private func addRows<Vector: SIMD>(
    _: Vector.Type, _ pixels: Int, _ places: UnsafePointer<Int32>, _ g: Floats, into sums: Floats, adds: Bool
) where Vector.Scalar == Float {
    var chains = InlineArray<4, Vector>(repeating: .zero)  // which do not wait for each other
    var pixel = 0
    while pixel + 4 <= pixels {
        for chain in 0..<4 { chains[chain] += g.vector(Int(places[pixel + chain])) }
        pixel += 4
    }
    while pixel < pixels {
        chains[0] += g.vector(Int(places[pixel]))
        pixel += 1
    }
    let total = (chains[0] + chains[1]) + (chains[2] + chains[3])
    sums.store(adds ? sums.vector(0) + total : total, 0)
}

/// Pixels at which a window meets a gradient.
private struct Pairs {
    let count: Int
    let origins, places: UnsafePointer<Int32>
    let x: Floats
    /// Floats from one term of a window to the next.
    let termStride: Int
    let g: Floats
    /// Whether their sums are added to what is there.
    let adds: Bool

    @inline(__always)
    func moved(by lanes: Int) -> Pairs {
        Pairs(
            count: count, origins: origins, places: places, x: x, termStride: termStride, g: g + lanes,
            adds: adds)
    }
}

/// Cuts the terms of each run into nearly equal blocks, each compiled for its own registers.
@inline(__always)
private func addBlocks<let vectors: Int, Vector: SIMD>(
    _: InlineArray<vectors, Vector>.Type, _ largest: Int, _ pairs: Pairs,
    _ runs: UnsafeBufferPointer<WindowRun>, _ gradient: RowsView
) where Vector.Scalar == Float {
    var target = gradient
    for run in runs {
        let length = Int(run.length)
        let blocks = (length + largest - 1) / largest
        for block in 0..<blocks {
            let first = block * length / blocks
            let terms = (block + 1) * length / blocks - first
            let term = Int(run.offset) + first
            switch terms {
            case 8: addTile(InlineArray<8, InlineArray<vectors, Vector>>.self, pairs, term, target)
            case 7: addTile(InlineArray<7, InlineArray<vectors, Vector>>.self, pairs, term, target)
            case 6: addTile(InlineArray<6, InlineArray<vectors, Vector>>.self, pairs, term, target)
            case 5: addTile(InlineArray<5, InlineArray<vectors, Vector>>.self, pairs, term, target)
            case 4: addTile(InlineArray<4, InlineArray<vectors, Vector>>.self, pairs, term, target)
            case 3: addTile(InlineArray<3, InlineArray<vectors, Vector>>.self, pairs, term, target)
            case 2: addTile(InlineArray<2, InlineArray<vectors, Vector>>.self, pairs, term, target)
            default: addTile(InlineArray<1, InlineArray<vectors, Vector>>.self, pairs, term, target)
            }
            target = target.moved(rows: terms)
        }
    }
}

/// Some terms of the window by some vectors of filters, summed in registers over the pixels.
@inline(never)
private func addTile<let terms: Int, let vectors: Int, Vector: SIMD>(
    _: InlineArray<terms, InlineArray<vectors, Vector>>.Type, _ pairs: Pairs, _ first: Int, _ target: RowsView
) where Vector.Scalar == Float {
    let width = Vector.scalarCount
    var windows = InlineArray<terms, Floats>(repeating: pairs.x)
    for term in 0..<terms { windows[term] = pairs.x + (first + term) * pairs.termStride }
    var sums = InlineArray<terms, InlineArray<vectors, Vector>>(
        repeating: InlineArray<vectors, Vector>(repeating: .zero))
    for pixel in 0..<pairs.count {
        let origin = Int(pairs.origins[pixel])
        let row = pairs.g + Int(pairs.places[pixel])
        var gradients = InlineArray<vectors, Vector>(repeating: .zero)
        for vector in 0..<vectors { gradients[vector] = row.vector(vector * width) }
        for term in 0..<terms {
            let value = Vector(repeating: windows[term][origin])
            for vector in 0..<vectors {
                sums[term][vector] = sums[term][vector].addingProduct(value, gradients[vector])
            }
        }
    }
    // Loops simple enough to be unrolled keep the sums in registers.
    if pairs.adds {
        for term in 0..<terms {
            let row = target.pointer + term * target.stride
            for vector in 0..<vectors {
                row.store(row.vector(vector * width) + sums[term][vector], vector * width)
            }
        }
    } else {
        for term in 0..<terms {
            let row = target.pointer + term * target.stride
            for vector in 0..<vectors { row.store(sums[term][vector], vector * width) }
        }
    }
}
