import KernelTypes

extension VectorKernels {
    public static func rowSums(_ rows: Int, _ columns: Int, _ x: Floats, into sums: Floats) {
        for r in 0..<rows {
            let x = x + r * columns
            sums[r] = rowSum(columns, { x.vector($0) }, { x[$0] })
        }
    }

    public static func rowMoments(
        _ rows: Int, _ columns: Int, _ x: RowsView, epsilon: Float, into moments: RowsView
    ) {
        let count = Float(columns)
        for r in 0..<rows {
            let x = x.pointer + r * x.stride
            let mean = rowSum(columns, { x.vector($0) }, { x[$0] }) / count
            let means = SumLanes(repeating: mean)
            let squares = rowSum(
                columns,
                { at in
                    let distance = x.vector(at) - means
                    return distance * distance
                }, { (x[$0] - mean) * (x[$0] - mean) })
            let target = moments.pointer + r * moments.stride
            target[0] = mean
            target[1] = 1 / (squares / count + epsilon).squareRoot()
        }
    }

    public static func normalizeRows(
        _ rows: Int, _ columns: Int, _ x: RowsView, moments: RowsView, weight: Floats, bias: Floats,
        into y: RowsView
    ) {
        for r in 0..<rows {
            let (x, y) = (x.pointer + r * x.stride, y.pointer + r * y.stride)
            let (mean, scale) = momentLanes(moments, r)
            mapLanes(columns, x, weight, bias, into: y) { x, weight, bias in
                bias.addingProduct((x - mean) * scale, weight)
            }
        }
    }

    public static func normalizeRowsBackward(
        _ rows: Int, _ columns: Int, _ x: RowsView, _ g: RowsView, moments: RowsView, weight: Floats,
        into gx: RowsView, beta: Float
    ) {
        for r in 0..<rows {
            let (x, g) = (x.pointer + r * x.stride, g.pointer + r * g.stride)
            let gx = gx.pointer + r * gx.stride
            let moment = moments.pointer + r * moments.stride
            let (mean, scale) = (moment[0], moment[1])
            let total = rowSum(columns, { g.vector($0) * weight.vector($0) }, { g[$0] * weight[$0] })
            let means = SumLanes(repeating: mean)
            let product = rowSum(
                columns, { (g.vector($0) * weight.vector($0)) * (x.vector($0) - means) },
                { (g[$0] * weight[$0]) * (x[$0] - mean) })
            // gx = scale · (t − shift − (x − mean) · tilt)
            let count = Float(columns)
            let shift = Lanes(repeating: total / count)
            let tilt = Lanes(repeating: product * scale * scale / count)
            let (meanLanes, scaleLanes) = momentLanes(moments, r)
            forEachLanes(columns) { at, width in
                let inner =
                    (g.load(at, width) * weight.load(at, width) - shift)
                    - (x.load(at, width) - meanLanes) * tilt
                let share = scaleLanes * inner
                gx.save(beta == 0 ? share : gx.load(at, width) + share, at, width)
            }
        }
    }

    public static func normalizedSums(
        _ rows: Int, _ columns: Int, _ x: RowsView, _ g: RowsView, moments: RowsView, weights: Floats,
        biases: Floats
    ) {
        forEachLanes(columns) { at, width in
            var (product, total) = (Lanes.zero, Lanes.zero)
            for r in 0..<rows {
                let (mean, scale) = momentLanes(moments, r)
                let g = (g.pointer + r * g.stride).load(at, width)
                let x = (x.pointer + r * x.stride).load(at, width)
                product.addProduct(g, (x - mean) * scale)
                total += g
            }
            weights.save(product, at, width)
            biases.save(total, at, width)
        }
    }

    public static func maskedSoftmaxRows(
        _ rows: Int, _ columns: Int, _ x: Floats, mask: Floats, maskRows: UnsafePointer<Int32>, into y: Floats
    ) {
        for r in 0..<rows {
            let (x, y, mask) = (x + r * columns, y + r * columns, mask + Int(maskRows[r]))
            var largest = Lanes(repeating: -.infinity)
            forEachLanes(columns) { at, width in
                let value = x.load(at, width)
                let isLarger = (mask.load(at, width) .!= 0) .& .!(value .<= largest)
                largest = largest.replacing(with: value, where: isLarger)
            }
            var peak = -Float.infinity
            for lane in largest.indices where !(largest[lane] <= peak) { peak = largest[lane] }
            let peaks = Lanes(repeating: peak)
            mapLanes(columns, x, mask, into: y) { x, mask in
                exp(x - peaks).replacing(with: 0, where: mask .== 0)
            }
            let total = rowSum(columns, { y.vector($0) }, { y[$0] })
            if total == 0 { continue }
            let totals = Lanes(repeating: total)
            mapLanes(columns, y, into: y) { $0 / totals }
        }
    }

    /// A row's mean and reciprocal deviation.
    @inline(__always)
    private static func momentLanes(_ moments: RowsView, _ row: Int) -> (mean: Lanes, scale: Lanes) {
        let moment = moments.pointer + row * moments.stride
        return (Lanes(repeating: moment[0]), Lanes(repeating: moment[1]))
    }
}
