import Kernels
import TestSupport
import Testing

/// Products of windows with panels, their gradients, and what brings numbers into panels.
@Suite struct WindowTests {
    /// Runs of many lengths, more terms than one part of a sum has, and places that neither rise nor are aligned.
    static let runs = [
        [WindowRun(offset: 0, length: 1)], [WindowRun(offset: 3, length: 27)],
        [
            WindowRun(offset: 40, length: 9), WindowRun(offset: 0, length: 9),
            WindowRun(offset: 20, length: 9),
        ],
        [
            WindowRun(offset: 1, length: 128), WindowRun(offset: 200, length: 32),
            WindowRun(offset: 150, length: 45),
        ],
    ]

    private struct Operands {
        let pixels, lanes: Int
        let runs: [WindowRun]
        var terms: Int { runs.reduce(0) { $0 + Int($1.length) } }
        var offsets: [Int] { runs.flatMap { run in Array(Int(run.offset)..<Int(run.offset + run.length)) } }
        var origins: [Int32] { (0..<pixels).map { Int32($0 * 37 % 101) } }
        var places: [Int32] { (0..<pixels).map { Int32($0 * 7 % pixels * lanes) } }
        var x: [Float] { awayFromZero(1000, seed: 1) }
        var panel: [Float] { awayFromZero(terms * lanes, seed: 2) }
        var g: [Float] { awayFromZero(pixels * lanes, seed: 3) }
        var start: [Float] { awayFromZero(terms * lanes, seed: 4) }
    }

    private func forEachCase(_ runs: [WindowRun], _ body: (Operands) -> Void) {
        for lanes in [8, 16, 24, 32] {
            for pixels in [1, 2, 3, 4, 5, 6, 7, 8, 9, 13, 64] {
                body(Operands(pixels: pixels, lanes: lanes, runs: runs))
            }
        }
    }

    @Test(arguments: runs)
    func windowsMeetPanels(runs: [WindowRun]) {
        forEachCase(runs) { o in
            let (x, panel, bias, offsets) = (o.x, o.panel, Array(o.start.prefix(o.lanes)), o.offsets)
            var exact = (0..<o.pixels).flatMap { _ in bias.map(Double.init) }
            for pixel in 0..<o.pixels {
                for (term, offset) in offsets.enumerated() {
                    let value = Double(x[Int(o.origins[pixel]) + offset])
                    for lane in 0..<o.lanes {
                        exact[pixel * o.lanes + lane] += value * Double(panel[term * o.lanes + lane])
                    }
                }
            }
            let results = tables.map { kernels in
                var (x, panel, bias) = (x, panel, bias)
                var y = [Float](repeating: .nan, count: o.pixels * o.lanes)
                runs.withUnsafeBufferPointer { runs in
                    y.withUnsafeMutableBufferPointer { y in
                        kernels.multiplyWindows(
                            o.pixels, origins: o.origins, runs: runs, &x,
                            panel: RowsView(&panel, stride: o.lanes),
                            lanes: o.lanes, start: RowsView(&bias, stride: 0),
                            into: RowsView(y.baseAddress!, stride: o.lanes))
                    }
                }
                return y
            }
            #expect(mismatch(results[0], exact, atol: 1e-3) == nil)
            for result in results { #expect(bits(result) == bits(results[0])) }
        }
    }

    @Test(arguments: runs, [(0, 1), (1, 1), (1, 3)] as [(Float, Int)])
    func gradientsAreSumsOverPixels(runs: [WindowRun], terms: (beta: Float, stride: Int)) {
        let beta = terms.beta
        forEachCase(runs) { o in
            let (x, g, start, offsets, lanes) = (o.x, o.g, o.start, o.offsets, o.lanes)
            var exact = start.map { Double($0 * beta) }
            var exactSums = start.prefix(lanes).map { Double($0 * beta) }
            for pixel in 0..<o.pixels {
                for lane in 0..<lanes {
                    let gradient = Double(g[Int(o.places[pixel]) + lane])
                    exactSums[lane] += gradient
                    for (term, offset) in offsets.enumerated() {
                        exact[term * lanes + lane] +=
                            Double(x[Int(o.origins[pixel]) + offset * terms.stride]) * gradient
                    }
                }
            }
            let results = tables.map { kernels in
                var (x, g, gradient, sums) = (x, g, start, Array(start.prefix(lanes)))
                runs.withUnsafeBufferPointer { runs in
                    kernels.windowGradient(
                        o.pixels, origins: o.origins, places: o.places, runs: runs, &x,
                        termStride: terms.stride, &g, lanes: lanes,
                        into: &gradient, beta: beta)
                }
                kernels.pixelSums(o.pixels, places: o.places, &g, lanes: lanes, into: &sums, beta: beta)
                return gradient + sums
            }
            #expect(mismatch(results[0], exact + exactSums, atol: 1e-3) == nil)
            for result in results { #expect(bits(result) == bits(results[0])) }
        }
    }

    /// Blocks of every size, and nothing between the rows is written.
    @Test(arguments: [0, 1] as [Float])
    func transposesAnySize(beta: Float) {
        for kernels in tables {
            for rows in [1, 3, 7, 8, 9, 15, 16, 17, 33, 50] {
                for columns in [1, 5, 8, 11, 16, 21, 32, 40] {
                    let gaps = [(1, 1), (1, 90), (90, 1)]
                    for (xGap, yGap) in gaps {
                        let x = Grid(rows: rows, columns: columns, gap: xGap, seed: 1)
                        let y = Grid(rows: columns, columns: rows, gap: yGap, seed: 2)
                        let (before, beyond) = (y.values, y.gaps)
                        var room = [Float](repeating: 0, count: rows * columns)
                        kernels.transposeAdding(
                            rows: rows, columns: columns, x.pointer, xStride: x.stride, into: y.pointer,
                            yStride: y.stride, room: &room, beta: beta)
                        let expected = (0..<columns * rows).map { index in
                            x[index % rows, index / rows] + (beta == 0 ? 0 : before[index])
                        }
                        #expect(y.values == expected, "\(rows) × \(columns)")
                        #expect(bits(y.gaps) == bits(beyond))
                    }
                }
            }
        }
    }
}
