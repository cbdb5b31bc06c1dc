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

    @Test(arguments: [0, 1, 8, 16, 21, 33, 100], tables)
    func copyRowsCopiesEachRow(columns: Int, kernels: any KernelTable.Type) {
        for rows in [0, 1, 5] {
            let x = Grid(rows: rows, columns: columns, seed: 1)
            let y = Grid(rows: rows, columns: columns, gap: 9, seed: 2)
            let gaps = y.gaps
            kernels.copyRows(rows, columns, x.view, into: y.view)
            #expect(y.values == x.values)
            #expect(y.gaps == gaps)
        }
    }
}
