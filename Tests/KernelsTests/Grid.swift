import Kernels
import TestSupport

/// Random numbers in rows that stand `gap` further apart than they are long: no kernel may write between them. Beyond the
/// last row stands NaN, which kernels may read with whole vectors but must not use.
final class Grid {
    let rows, columns, stride: Int
    let pointer: Floats
    private static let room = 32

    init(rows: Int, columns: Int, gap: Int = 5, seed: UInt64) {
        (self.rows, self.columns, stride) = (rows, columns, columns + gap)
        pointer = .allocate(capacity: rows * stride + Self.room)
        pointer.initialize(from: awayFromZero(rows * stride, seed: seed), count: rows * stride)
        (pointer + rows * stride).initialize(repeating: .nan, count: Self.room)
    }

    deinit { pointer.deallocate() }

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
