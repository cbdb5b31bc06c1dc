import Foundation
import Kernels
import TestSupport
import Testing

@Suite struct NormalizationKernelsTests {
    static let sizes = [1, 2, 15, 16, 17, 31, 32, 33, 64, 100, 1000]

    @Test(arguments: sizes, tables)
    func momentsEqualTheDefinition(size: Int, kernels: any KernelTable.Type) {
        let x = Grid(rows: 3, columns: size, seed: 1)
        for row in 0..<3 { for column in 0..<size { x[row, column] += 5 } }
        let moments = Grid(rows: 3, columns: 2, seed: 2)
        let gaps = moments.gaps
        kernels.rowMoments(3, size, x.view, epsilon: 1e-3, into: moments.view)
        let exact = (0..<3).flatMap { row -> [Double] in
            let values = (0..<size).map { Double(x[row, $0]) }
            let mean = values.reduce(0, +) / Double(size)
            let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(size)
            return [mean, 1 / sqrt(variance + 1e-3)]
        }
        #expect(mismatch(moments.values, exact, atol: 1e-6, rtol: 1e-5) == nil)
        #expect(moments.gaps == gaps)
    }

    @Test(arguments: sizes, tables)
    func rowSumsEqualTheDefinition(size: Int, kernels: any KernelTable.Type) {
        var x = awayFromZero(2 * size)
        var sums = [Float](repeating: .nan, count: 2)
        kernels.rowSums(2, size, &x, into: &sums)
        let exact = [0, 1].map { row in
            x[row * size..<(row + 1) * size].reduce(0.0) { $0 + Double($1) }
        }
        #expect(mismatch(sums, exact, atol: 1e-5, rtol: 1e-5) == nil)
    }

    /// Every element and every sum has the bits that it has on the narrowest vectors; nothing is written between rows.
    @Test(arguments: sizes)
    func everyTableGivesTheSameBits(size: Int) {
        let results = tables.map { kernels -> [UInt32] in
            let (x, g) = (Grid(rows: 3, columns: size, seed: 1), Grid(rows: 3, columns: size, seed: 2))
            let (weight, bias) = (
                Grid(rows: 1, columns: size, seed: 3), Grid(rows: 1, columns: size, seed: 4)
            )
            let moments = Grid(rows: 3, columns: 2, seed: 5)
            let (y, gx) = (Grid(rows: 3, columns: size, seed: 6), Grid(rows: 3, columns: size, seed: 7))
            let sums = Grid(rows: 2, columns: size, seed: 8)
            let gaps = y.gaps + gx.gaps
            kernels.rowMoments(3, size, x.view, epsilon: 1e-5, into: moments.view)
            kernels.normalizeRows(
                3, size, x.view, moments: moments.view, weight: weight.pointer, bias: bias.pointer,
                into: y.view)
            kernels.normalizeRowsBackward(
                3, size, x.view, g.view, moments: moments.view, weight: weight.pointer, into: gx.view, beta: 1
            )
            kernels.normalizedSums(
                3, size, x.view, g.view, moments: moments.view, weights: sums.pointer,
                biases: sums.pointer + sums.stride)
            #expect(y.gaps + gx.gaps == gaps)
            return bits(moments.values + y.values + gx.values + sums.values)
        }
        #expect(results.allSatisfy { $0 == results[0] })
    }

    @Test(arguments: tables)
    func maskedSoftmaxLeavesOutWhatIsMasked(kernels: any KernelTable.Type) {
        var x: [Float] = [0, .nan, 1e30, 0.693_147_2, 5, 5, 5, 5]
        var mask: [Float] = [1, 0, 0, 1, 0, 0, 0, 0]
        var y = [Float](repeating: .nan, count: 8)
        kernels.maskedSoftmaxRows(2, 4, &x, mask: &mask, maskRows: [0, 4], into: &y)
        #expect(mismatch(y, [1.0 / 3, 0, 0, 2.0 / 3, 0, 0, 0, 0], atol: 1e-6) == nil)
    }

    @Test(arguments: sizes)
    func maskedSoftmaxHasTheSameBitsInEveryTable(size: Int) {
        let results = tables.map { kernels -> [UInt32] in
            var (x, mask) = (
                awayFromZero(3 * size, seed: 1), awayFromZero(2 * size, seed: 2).map { $0 > 0 ? Float(1) : 0 }
            )
            var y = [Float](repeating: .nan, count: 3 * size)
            kernels.maskedSoftmaxRows(
                3, size, &x, mask: &mask, maskRows: [0, Int32(size), 0], into: &y)
            return bits(y)
        }
        #expect(results.allSatisfy { $0 == results[0] })
    }
}
