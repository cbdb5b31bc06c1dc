import Kernels
import TestSupport

/// Random numbers in rows that stand `gap` further apart than they are long: no kernel may write between them.
final class Grid {
    let rows, columns, stride: Int
    let pointer: Floats

    init(rows: Int, columns: Int, gap: Int = 5, seed: UInt64) {
        (self.rows, self.columns, stride) = (rows, columns, columns + gap)
        pointer = .allocate(capacity: max(rows * stride, 1))
        pointer.initialize(from: awayFromZero(rows * stride, seed: seed), count: rows * stride)
    }

    deinit { pointer.deallocate() }

    subscript(row: Int, column: Int) -> Float {
        get { pointer[row * stride + column] }
        set { pointer[row * stride + column] = newValue }
    }

    var view: RowsView { RowsView(pointer, stride: stride) }

    /// Row by row, without the gaps.
    var values: [Float] { (0..<rows).flatMap { row in (0..<columns).map { self[row, $0] } } }
    var gaps: [Float] { (0..<rows).flatMap { row in (columns..<stride).map { self[row, $0] } } }
}
