import Kernels
import TestSupport
import Testing

/// Kernels that go over the rows of a matrix.
@Suite struct RowsTests {
    @Test(arguments: 0...19, tables)
    func transposeSwapsRowsAndColumns(rows: Int, kernels: any KernelTable.Type) {
        for columns in 0...35 {
            let x = Grid(rows: rows, columns: columns, seed: 1)
            let (y, before) = (
                Grid(rows: columns, columns: rows, gap: 3, seed: 2),
                Grid(rows: columns, columns: rows, gap: 3, seed: 2)
            )
            kernels.transpose(
                rows: rows, columns: columns, x.pointer, xStride: x.stride, into: y.pointer, yStride: y.stride
            )
            let expected = (0..<columns).flatMap { column in (0..<rows).map { x[$0, column] } }
            #expect(y.values == expected, "\(rows) × \(columns)")
            #expect(y.gaps == before.gaps, "\(rows) × \(columns)")
        }
    }

    @Test(arguments: [0, 1, 16, 21], tables)
    func fillRowConstantsRepeatsEachRowsValue(columns: Int, kernels: any KernelTable.Type) {
        var a = awayFromZero(5, seed: 1)
        let (y, before) = (Grid(rows: 5, columns: columns, seed: 3), Grid(rows: 5, columns: columns, seed: 3))
        kernels.fillRowConstants(5, columns, y.pointer, stride: y.stride, &a)
        #expect(y.values == a.flatMap { [Float](repeating: $0, count: columns) })
        #expect(y.gaps == before.gaps)
    }

    @Test(arguments: [0, 16, 48, 1600], tables)
    func rowSumsAddEachRow(columns: Int, kernels: any KernelTable.Type) {
        let x = Grid(rows: 7, columns: columns, seed: 1)
        let old = awayFromZero(7, seed: 2)
        let exact = (0..<7).map { row in (0..<columns).reduce(0.0) { $0 + Double(x[row, $1]) } }
        var sums = [Float](repeating: .nan, count: 7)
        kernels.rowSums(7, columns, x.pointer, stride: x.stride, into: &sums, beta: 0)
        #expect(mismatch(sums, exact, atol: 1e-4, rtol: 1e-5) == nil)
        var added = old
        kernels.rowSums(7, columns, x.pointer, stride: x.stride, into: &added, beta: 1)
        #expect(bits(added) == bits(zip(old, sums).map { $0 + $1 }))
    }

    /// Sixteen sums side by side, then their halves: part of every result's bits.
    @Test(arguments: tables)
    func rowSumsHaveOneOrder(kernels: any KernelTable.Type) {
        let x = Grid(rows: 1, columns: 64, seed: 1)
        var lanes = (0..<16).map { lane in (0..<4).reduce(Float(0)) { $0 + x[0, 16 * $1 + lane] } }
        for half in [8, 4, 2, 1] { lanes = (0..<half).map { lanes[$0] + lanes[half + $0] } }
        var sum: [Float] = [.nan]
        kernels.rowSums(1, 64, x.pointer, stride: x.stride, into: &sum, beta: 0)
        #expect(bits(sum) == bits(lanes))
    }
}
