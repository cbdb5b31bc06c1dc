import Kernels
import TestSupport
import Testing

/// Matrices arranged for products.
@Suite struct PanelsTests {
    static let rows = [0, 1, 7, 8, 15, 16, 17, 40]
    static let columns = [1, 7, 8, 31, 32, 33, 36, 37, 64, 65, 70]

    /// How a matrix lies in memory: by rows, by columns, or with gaps both ways.
    enum Layout: CaseIterable {
        case plain, transposed, spread

        /// A matrix that lies so.
        func matrix(rows: Int, columns: Int) -> (memory: Grid, view: MatrixView) {
            switch self {
            case .plain:
                let grid = Grid(rows: rows, columns: columns, seed: 1)
                return (grid, grid.matrix)
            case .transposed:
                let grid = Grid(rows: columns, columns: rows, seed: 1)
                return (grid, grid.matrix.transposed)
            case .spread:
                let grid = Grid(rows: rows, columns: 2 * columns, seed: 1)
                return (grid, MatrixView(grid.pointer, rowStride: grid.stride, columnStride: 2))
            }
        }
    }

    /// What packing must give, in memory that held `before`: panel by panel, and zeros beyond the last column.
    private func expected(_ view: MatrixView, rows: Int, columns: Int, stride: Int, before: [Float])
        -> [Float]
    {
        var expected = before
        for panel in 0..<(columns + 31) / 32 {
            for row in 0..<rows {
                for at in 0..<32 {
                    let column = 32 * panel + at
                    expected[(panel * rows + row) * stride + at] =
                        column < columns
                        ? view.pointer[row * view.rowStride + column * view.columnStride] : 0
                }
            }
        }
        return expected
    }

    @Test(arguments: Layout.allCases, tables)
    func packedPanelsHoldTheMatrixAndZeros(layout: Layout, kernels: any KernelTable.Type) {
        for rows in Self.rows {
            for columns in Self.columns {
                let (memory, view) = layout.matrix(rows: rows, columns: columns)
                let count = PanelsView.packedCount(rows: rows, columns: columns)
                #expect(count == (columns + 31) / 32 * 32 * rows)
                var packed = awayFromZero(count + 5, seed: 2)
                let expected = expected(view, rows: rows, columns: columns, stride: 32, before: packed)
                packed.withUnsafeMutableBufferPointer {
                    kernels.packPanels(
                        rows: rows, columns: columns, view,
                        into: PanelsView(packed: $0.baseAddress!, rows: rows))
                }
                #expect(bits(packed) == bits(expected), "\(rows) × \(columns)")
                withExtendedLifetime(memory) {}
            }
        }
    }

    /// Rows of panels may stand further apart than they are long: nothing is written between them.
    @Test(arguments: Layout.allCases, tables)
    func nothingIsWrittenBetweenTheRowsOfPanels(layout: Layout, kernels: any KernelTable.Type) {
        let (rows, stride) = (9, 35)
        for columns in Self.columns {
            let (memory, view) = layout.matrix(rows: rows, columns: columns)
            var packed = awayFromZero((columns + 31) / 32 * rows * stride, seed: 2)
            let expected = expected(view, rows: rows, columns: columns, stride: stride, before: packed)
            packed.withUnsafeMutableBufferPointer {
                kernels.packPanels(
                    rows: rows, columns: columns, view,
                    into: PanelsView($0.baseAddress!, rowStride: stride, panelStride: rows * stride))
            }
            #expect(bits(packed) == bits(expected), "\(columns) columns")
            withExtendedLifetime(memory) {}
        }
    }

    /// As a layer packs its input weights, and then below them its hidden weights.
    @Test(arguments: Layout.allCases, tables)
    func aMatrixMayBePackedPartByPart(layout: Layout, kernels: any KernelTable.Type) {
        let rows = 23
        for columns in Self.columns {
            let (memory, view) = layout.matrix(rows: rows, columns: columns)
            let before = awayFromZero(PanelsView.packedCount(rows: rows, columns: columns), seed: 2)
            let expected = expected(view, rows: rows, columns: columns, stride: 32, before: before)
            for cuts in [[0, 4, 23], [0, 1, 12, 23], [0, 15, 15, 23]] {
                var packed = before
                packed.withUnsafeMutableBufferPointer {
                    let panels = PanelsView(packed: $0.baseAddress!, rows: rows)
                    for (first, end) in zip(cuts, cuts.dropFirst()).reversed() {
                        let part = MatrixView(
                            view.pointer + first * view.rowStride, rowStride: view.rowStride,
                            columnStride: view.columnStride)
                        kernels.packPanels(
                            rows: end - first, columns: columns, part,
                            into: PanelsView(
                                panels.pointer + first * panels.rowStride, rowStride: panels.rowStride,
                                panelStride: panels.panelStride))
                    }
                }
                #expect(bits(packed) == bits(expected), "\(columns) columns, parts \(cuts)")
            }
            withExtendedLifetime(memory) {}
        }
    }

    @Test(arguments: [0, 1, 2, 9, 16, 33], tables)
    func groupsHoldEightColumnsOfEverySample(samples: Int, kernels: any KernelTable.Type) {
        for columns in [1, 7, 8, 9, 31, 32, 33, 40, 63, 64, 65, 100] {
            let rows = Grid(rows: samples, columns: columns, gap: 11, seed: 1)
            let count = GroupsView.count(samples: samples, columns: columns)
            #expect(count == (columns + 7) / 8 * 8 * samples)
            var groups = awayFromZero(count + 5, seed: 2)
            let beyond = Array(groups[count...])
            kernels.groupRows(samples: samples, columns: columns, rows.view, into: &groups)
            for sample in 0..<samples {
                let found = (0..<columns).map { groups[$0 / 8 * 8 * samples + sample * 8 + $0 % 8] }
                let row = (0..<columns).map { rows[sample, $0] }
                #expect(found == row, "\(columns) columns, sample \(sample)")
            }
            #expect(Array(groups[count...]) == beyond)
        }
    }
}
