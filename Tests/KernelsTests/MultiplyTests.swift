import Foundation
import Kernels
import TestSupport
import Testing

/// `multiply`, at every size around the edges of its blocks.
@Suite struct MultiplyTests {
    private static let (largestM, largestN) = (25, 105)

    /// Factors as large as the largest test, and every product's expected bits: each element is the same chain of
    /// fused multiply-adds whatever m, n, the block it falls into and the vector width.
    private struct Product {
        let k: Int
        let a: Grid  // [m, k], or [k, m]
        let aView: MatrixView
        /// NaN beyond the last column, which kernels read but must not use.
        let b: Grid
        /// The same in panels, filled up with NaN.
        let panels: Grid
        let before: Grid
        let expected: Grid

        init(k: Int, transposed: Bool, beta: Float) {
            self.k = k
            a =
                transposed
                ? Grid(rows: k, columns: largestM, seed: 1) : Grid(rows: largestM, columns: k, seed: 1)
            let view = MatrixView(a.pointer, rowStride: a.stride)
            aView = transposed ? view.transposed : view
            b = Grid(rows: k, columns: largestN, gap: 10, seed: 2)
            before = Grid(rows: largestM, columns: largestN, seed: 3)
            expected = Grid(rows: largestM, columns: largestN, seed: 3)
            for row in 0..<k {
                for column in largestN..<b.stride { b[row, column] = .nan }
            }
            let (width, count) = (PanelsView.width, (largestN + PanelsView.width - 1) / PanelsView.width)
            panels = Grid(rows: count * k, columns: width, gap: 0, seed: 4)
            for row in 0..<k {
                for column in 0..<count * width {
                    panels[column / width * k + row, column % width] =
                        column < largestN ? b[row, column] : .nan
                }
            }
            for row in 0..<largestM {
                for column in 0..<largestN {
                    let start = beta == 0 ? nil : before[row, column]
                    expected[row, column] = chain(row, column, from: start)
                    if beta == 0 { before[row, column] = .nan }
                }
            }
        }

        /// The sum in pieces of 256 products, added to `start`.
        private func chain(_ row: Int, _ column: Int, from start: Float?) -> Float {
            let left = aView.pointer + row * aView.rowStride
            let (right, step, width) = (b.pointer + column, aView.columnStride, b.stride)
            var total = start
            for first in Swift.stride(from: 0, through: max(k - 1, 0), by: 256) {
                var sum: Float = 0
                for p in first..<min(first + 256, k) {
                    sum = sum.addingProduct(left[p * step], right[p * width])
                }
                total = total.map { $0 + sum } ?? sum
            }
            return total ?? 0
        }

        /// The exact element of the product.
        func exact(_ row: Int, _ column: Int) -> Double {
            (0..<k).reduce(0) { sum, p in
                let left = aView.pointer[row * aView.rowStride + p * aView.columnStride]
                return sum + Double(left) * Double(b[p, column])
            }
        }

        /// Whether c of a product of this size holds the expected bits, and those from before everywhere else.
        func isRight(_ c: Floats, m: Int, n: Int) -> Bool {
            let stride = expected.stride
            for row in 0..<expected.rows {
                let changed = row < m ? n : 0
                let place = row * stride
                if memcmp(c + place, expected.pointer + place, 4 * changed) != 0 { return false }
                let rest = place + changed
                if memcmp(c + rest, before.pointer + rest, 4 * (stride - changed)) != 0 { return false }
            }
            return true
        }
    }

    /// Sums shorter and longer than one chain of products, and the two ways the factors may lie.
    static let sums = [
        (0, false), (1, true), (100, false), (100, true), (255, true), (256, false), (257, true),
        (300, false),
        (512, true), (700, true),
    ]

    @Test(arguments: tables, [0, 1] as [Float])
    func everySizeGivesTheExpectedBits(kernels: any KernelTable.Type, beta: Float) {
        for (k, transposed) in Self.sums {
            let product = Product(k: k, transposed: transposed, beta: beta)
            let c = Grid(rows: Self.largestM, columns: Self.largestN, seed: 0)
            let factors = [
                ("rows", PanelsView(product.b.view)),
                ("panels", PanelsView(packed: product.panels.pointer, rows: k)),
            ]
            for (layout, b) in factors {
                for m in 1...Self.largestM {
                    for n in 1...Self.largestN {
                        c.pointer.update(from: product.before.pointer, count: c.rows * c.stride)
                        kernels.multiply(m: m, n: n, k: k, product.aView, b, into: c.view, beta: beta)
                        guard product.isRight(c.pointer, m: m, n: n) else {
                            Issue.record(
                                "m \(m), n \(n), k \(k), \(transposed ? "transposed" : "plain"), \(layout)")
                            return
                        }
                    }
                }
            }
        }
    }

    /// Whether vectors run along the rows of a or along those of b: the transposed product has the same bits.
    @Test(arguments: tables, [0, 1] as [Float])
    func vectorsAlongSamplesOrAlongUnitsGiveTheSameBits(kernels: any KernelTable.Type, beta: Float) {
        for (inputs, outputs) in [(1, 3), (28, 10), (100, 33), (256, 16), (300, 97), (523, 65)] {
            let weight = Grid(rows: outputs, columns: inputs, seed: 1)
            let packed = Grid(
                rows: 1, columns: PanelsView.packedCount(rows: inputs, columns: outputs), gap: 0, seed: 2)
            let panels = PanelsView(packed: packed.pointer, rows: inputs)
            kernels.packPanels(rows: inputs, columns: outputs, weight.matrix.transposed, into: panels)
            for samples in 1...40 {
                let x = Grid(rows: samples, columns: inputs, seed: 3)
                let turned = Grid(rows: inputs, columns: samples, gap: 16, seed: 4)
                let along = Grid(rows: outputs, columns: samples, gap: 16, seed: 5)
                let units = Grid(rows: samples, columns: outputs, seed: 6)
                for sample in 0..<samples {
                    for input in 0..<inputs { turned[input, sample] = x[sample, input] }
                    for output in 0..<outputs { units[sample, output] = along[output, sample] }
                }
                kernels.multiply(
                    m: outputs, n: samples, k: inputs, weight.matrix, turned.view, into: along.view,
                    beta: beta)
                kernels.multiply(
                    m: samples, n: outputs, k: inputs, x.matrix, panels, into: units.view, beta: beta)
                let expected = (0..<samples).flatMap { sample in (0..<outputs).map { along[$0, sample] } }
                #expect(bits(units.values) == bits(expected), "\(samples) samples, \(inputs) → \(outputs)")
            }
        }
    }

    /// What the other test takes for expected.
    @Test(arguments: [1, 100, 256, 257, 700])
    func theExpectedProductIsTheNaiveOne(k: Int) {
        for transposed in [false, true] {
            let product = Product(k: k, transposed: transposed, beta: 0)
            let places = [(0, 0), (24, 69), (7, 33), (13, 64), (24, 104), (5, 99)]
            let values = places.map { product.expected[$0.0, $0.1] }
            let exact = places.map { product.exact($0.0, $0.1) }
            #expect(mismatch(values, exact, atol: 1e-6 * Double(k), rtol: 1e-6) == nil)
        }
    }

    @Test(arguments: tables)
    func nothingIsWrittenForNoRowsOrColumns(kernels: any KernelTable.Type) {
        let (a, b) = (Grid(rows: 4, columns: 4, seed: 1), Grid(rows: 4, columns: 16, seed: 2))
        for (m, n) in [(0, 16), (4, 0)] {
            let (c, before) = (Grid(rows: 4, columns: 16, seed: 3), Grid(rows: 4, columns: 16, seed: 3))
            kernels.multiply(
                m: m, n: n, k: 4, MatrixView(a.pointer, rowStride: a.stride), b.view, into: c.view, beta: 0)
            #expect(c.values == before.values)
        }
    }
}
