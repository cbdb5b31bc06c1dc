import Kernels
import TestSupport

/// Random numbers in rows that stand `gap` further apart than they are long: no kernel may write between them. Beyond the
/// last row stand 16 times NaN, which kernels may read with whole vectors but must not use, and then a page that ends the
/// process when it is touched.
final class Grid {
    let rows, columns, stride: Int
    var pointer: Floats { memory.pointer }
    private let memory: GuardedFloats

    init(rows: Int, columns: Int, gap: Int = 5, seed: UInt64) {
        (self.rows, self.columns, stride) = (rows, columns, columns + gap)
        memory = GuardedFloats(awayFromZero(rows * stride, seed: seed))
    }

    subscript(row: Int, column: Int) -> Float {
        get { pointer[row * stride + column] }
        set { pointer[row * stride + column] = newValue }
    }

    var matrix: MatrixView { MatrixView(pointer, rowStride: stride) }
    var view: RowsView { RowsView(pointer, stride: stride) }

    /// Row by row, without the gaps.
    var values: [Float] { (0..<rows).flatMap { row in (0..<columns).map { self[row, $0] } } }
    var gaps: [Float] { (0..<rows).flatMap { row in (columns..<stride).map { self[row, $0] } } }
}
