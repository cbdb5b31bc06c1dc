import KernelTypes

extension VectorKernels {
    public static func packPanels(rows: Int, columns: Int, _ matrix: MatrixView, into panels: PanelsView) {
        let width = PanelsView.width
        for first in stride(from: 0, to: columns, by: width) {
            let count = min(width, columns - first)
            let target = panels.columns(from: first)
            let source = matrix.moved(columns: first)
            if count < width {
                for row in 0..<rows { fill(width - count, target.moved(rows: row).pointer + count, with: 0) }
            }
            if matrix.columnStride == 1 {
                for row in 0..<rows {
                    copy(count, source.moved(rows: row).pointer, into: target.moved(rows: row).pointer)
                }
            } else if matrix.rowStride == 1 {
                transpose(
                    rows: count, columns: rows, source.pointer, xStride: matrix.columnStride,
                    into: target.pointer, yStride: target.stride)
            } else {
                for row in 0..<rows {
                    for column in 0..<count {
                        target.pointer[row * target.stride + column] =
                            source.pointer[row * matrix.rowStride + column * matrix.columnStride]
                    }
                }
            }
        }
    }
}
