import KernelTypes

// How a product is cut into tiles. What is done with each is a type with a generic function, for closures cannot be
// generic.

/// What is done with some neighbouring columns.
protocol ColumnsBody {
    /// - Parameter stored: how many of the columns are the product's; there may be fewer than the vectors hold.
    func run<let columns: Int, Vector: SIMD>(
        _: InlineArray<columns, Vector>.Type, at column: Int, stored: Int
    ) where Vector.Scalar == Float

    /// Two vectors and up to four columns more: alone those would wait for their loads.
    func runWithTail(at column: Int, stored: Int)
}

extension ColumnsBody {
    @inline(__always)
    func runWithTail(at column: Int, stored: Int) {
        let width = 2 * Lanes.scalarCount
        run(InlineArray<2, Lanes>.self, at: column, stored: stored)
        run(InlineArray<1, SIMD4<Float>>.self, at: column + width, stored: stored - width)
    }
}

/// What is done with a tile of them.
protocol TileBody {
    func run<let rows: Int, let columns: Int, Vector: SIMD>(_: Tile<rows, columns, Vector>.Type, at row: Int)
    where Vector.Scalar == Float
}

/// Goes over `n` columns: two vectors of them at a time, then the narrowest vectors that hold the rest.
@inline(__always)
func forEachColumns(_ n: Int, _ body: some ColumnsBody) {
    let width = Lanes.scalarCount
    var column = 0
    while n - column > width {
        if (2 * width + 1...2 * width + 4).contains(n - column) {
            return body.runWithTail(at: column, stored: n - column)
        }
        body.run(InlineArray<2, Lanes>.self, at: column, stored: n - column)
        column += 2 * width
    }
    if n - column > 8 {
        body.run(InlineArray<1, Lanes>.self, at: column, stored: n - column)
    } else if n - column > 4 {
        body.run(InlineArray<1, SIMD8<Float>>.self, at: column, stored: n - column)
    } else if n > column {
        body.run(InlineArray<1, SIMD4<Float>>.self, at: column, stored: n - column)
    }
}

/// Goes over `m` rows: as many at a time as a tile has, then what is left.
///
/// - Parameters:
///   - most: 4, 6 or 8.
///   - doubles: whether tiles of one vector may have twice as many: more products are under way then.
@inline(__always)
func forEachRows<let columns: Int, Vector: SIMD>(
    _ m: Int, ofAtMost most: Int, doubles: Bool = false, _: InlineArray<columns, Vector>.Type,
    _ body: some TileBody
) where Vector.Scalar == Float {
    typealias Row = InlineArray<columns, Vector>
    var row = 0
    if doubles && columns == 1 && most == 8 {
        while m - row >= 16 {
            body.run(InlineArray<16, Row>.self, at: row)
            row += 16
        }
    }
    while m - row >= most {
        switch most {
        case 8: body.run(InlineArray<8, Row>.self, at: row)
        case 6: body.run(InlineArray<6, Row>.self, at: row)
        default: body.run(InlineArray<4, Row>.self, at: row)
        }
        row += most
    }
    switch m - row {
    case 7 where most > 7: body.run(InlineArray<7, Row>.self, at: row)
    case 6 where most > 6: body.run(InlineArray<6, Row>.self, at: row)
    case 5 where most > 5: body.run(InlineArray<5, Row>.self, at: row)
    case 4 where most > 4: body.run(InlineArray<4, Row>.self, at: row)
    case 3: body.run(InlineArray<3, Row>.self, at: row)
    case 2: body.run(InlineArray<2, Row>.self, at: row)
    case 1: body.run(InlineArray<1, Row>.self, at: row)
    default: break
    }
}

extension PanelsView {
    /// The rows of the panel that a column lies in, from the column on.
    @inline(__always)
    func columns(from column: Int) -> RowsView {
        RowsView(pointer + column / Self.width * panelStride + column % Self.width, stride: rowStride)
    }
}

extension MatrixView {
    @inline(__always)
    func moved(columns: Int) -> MatrixView {
        MatrixView(pointer + columns * columnStride, rowStride: rowStride, columnStride: columnStride)
    }

    @inline(__always)
    func moved(rows: Int) -> MatrixView {
        MatrixView(pointer + rows * rowStride, rowStride: rowStride, columnStride: columnStride)
    }
}

extension RowsView {
    @inline(__always)
    func moved(rows: Int) -> RowsView { RowsView(pointer + rows * stride, stride: stride) }

    @inline(__always)
    func moved(by columns: Int) -> RowsView { RowsView(pointer + columns, stride: stride) }
}
