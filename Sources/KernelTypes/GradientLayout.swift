/// How ∂L/∂y of one sample stands for the backward kernels:
///
///     [panels, top + outputRows + bottom, left + outputColumns + right, filters of the widest panel]
///
/// with zeros in the margins, so that the windows of ∂L/∂x (see `InputGradientPhase`) lie inside.
@frozen public struct GradientLayout: Sendable {
    public let panels: FilterPanels
    public let outputRows, outputColumns: Int
    public let top, left: Int
    public let rowLength, panelLength: Int

    init(
        _ shape: ConvolutionShape, rows: ClosedRange<Int>, columns: ClosedRange<Int>
    ) {
        panels = FilterPanels(of: shape.filters)
        (outputRows, outputColumns) = (shape.outputRows, shape.outputColumns)
        (top, left) = (-rows.lowerBound, -columns.lowerBound)
        rowLength = columns.count * panels.widest
        panelLength = rows.count * rowLength
    }

    /// Without margins.
    public init(_ shape: ConvolutionShape) {
        self.init(shape, rows: 0...shape.outputRows - 1, columns: 0...shape.outputColumns - 1)
    }

    @inlinable public var sampleLength: Int { panels.count * panelLength }

    /// Where a pixel of the output stands in each panel; rows and columns may lie in the margin.
    @inlinable
    public func place(row: Int, column: Int) -> Int {
        (row + top) * rowLength + (column + left) * panels.widest
    }

    /// The places of a sample's output pixels, row by row.
    public var places: [Int] {
        (0..<outputRows * outputColumns).map { place(row: $0 / outputColumns, column: $0 % outputColumns) }
    }
}
