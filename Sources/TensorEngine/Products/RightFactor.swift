import Kernels

/// The right factor of many products, such as a layer's weights, arranged once for all of them.
final class RightFactor {
    private let rows, columns: Int
    private let library = ProductLibrary.current
    private let storage: Storage

    /// - Parameters:
    ///   - rows: k, the terms of a product's sums.
    ///   - columns: n.
    init(rows: Int, columns: Int) {
        (self.rows, self.columns) = (rows, columns)
        storage = Storage(count: PanelsView.packedCount(rows: rows, columns: columns))
    }

    private var panels: PanelsView { PanelsView(packed: storage.pointer, rows: rows) }

    /// Takes in `matrix`, `[count, columns]` with one stride of 1, as the rows from `first` on.
    func load(_ matrix: MatrixView, rows count: Int, at first: Int = 0) {
        switch library {
        case .own:
            let panels = panels
            kernels.packPanels(
                rows: count, columns: columns, matrix,
                into: PanelsView(
                    panels.pointer + first * panels.rowStride, rowStride: panels.rowStride,
                    panelStride: panels.panelStride))
        case .openblas:
            let target = storage.pointer + first * columns
            if matrix.columnStride == 1 {
                for row in 0..<count {
                    kernels.copy(
                        columns, matrix.pointer + row * matrix.rowStride, into: target + row * columns)
                }
            } else {
                kernels.transpose(
                    rows: columns, columns: count, matrix.pointer, xStride: matrix.columnStride, into: target,
                    yStride: columns)
            }
        }
    }

    /// `c ← a · factor + beta · c`, over the factor's first `k` rows.
    func multiply(m: Int, k: Int, _ a: MatrixView, into c: RowsView, beta: Float) {
        switch library {
        case .own:
            kernels.multiply(m: m, n: columns, k: k, a, panels, into: c, beta: beta)
        case .openblas:
            library.multiply(
                m: m, n: columns, k: k, a, RowsView(storage.pointer, stride: columns), into: c, beta: beta)
        }
    }
}
