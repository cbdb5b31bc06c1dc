/// Raw, 64-byte aligned single-precision data, as every kernel takes it: the caller vouches for sizes.
public typealias Floats = UnsafeMutablePointer<Float>

/// How a matrix operand is read: element (row, column) is at `row · rowStride + column · columnStride`.
@frozen public struct MatrixView {
    public let pointer: Floats
    public let rowStride: Int
    public let columnStride: Int

    @inlinable
    public init(_ pointer: Floats, rowStride: Int, columnStride: Int = 1) {
        self.pointer = pointer
        self.rowStride = rowStride
        self.columnStride = columnStride
    }

    /// The same matrix with rows and columns swapped.
    @inlinable public var transposed: MatrixView {
        MatrixView(pointer, rowStride: columnStride, columnStride: rowStride)
    }
}

/// The rows of an operand whose columns are contiguous: row r begins at `r · stride`.
@frozen public struct RowsView {
    public let pointer: Floats
    public let stride: Int

    @inlinable
    public init(_ pointer: Floats, stride: Int) {
        self.pointer = pointer
        self.stride = stride
    }
}

/// The right factor of a product, by panels of columns that kernels go down one after the other: row p of panel j, which
/// holds the columns from `j · width` on, begins at `j · panelStride + p · rowStride`.
@frozen public struct PanelsView {
    /// Columns of a panel.
    @inlinable public static var width: Int { 32 }

    public let pointer: Floats
    public let rowStride: Int
    public let panelStride: Int

    @inlinable
    public init(_ pointer: Floats, rowStride: Int, panelStride: Int) {
        self.pointer = pointer
        self.rowStride = rowStride
        self.panelStride = panelStride
    }

    /// A matrix as it lies in memory.
    @inlinable
    public init(_ rows: RowsView) {
        self.init(rows.pointer, rowStride: rows.stride, panelStride: Self.width)
    }

    /// A matrix of `rows` rows whose panels lie one after the other: `packPanels` makes them.
    @inlinable
    public init(packed pointer: Floats, rows: Int) {
        self.init(pointer, rowStride: Self.width, panelStride: rows * Self.width)
    }

    /// Floats of such a matrix.
    @inlinable
    public static func packedCount(rows: Int, columns: Int) -> Int {
        (columns + width - 1) / width * width * rows
    }
}

/// Contiguous rows, one for each time step of each sample: that of step t and sample s begins at
/// `t · stepStride + s · sampleStride`.
@frozen public struct SamplesView {
    public let pointer: Floats
    public let stepStride: Int
    public let sampleStride: Int

    @inlinable
    public init(_ pointer: Floats, stepStride: Int = 0, sampleStride: Int) {
        self.pointer = pointer
        self.stepStride = stepStride
        self.sampleStride = sampleStride
    }
}

/// Such rows by groups of 8 columns, each group's of all samples one after the other: what a step's products go through
/// lies together. `groupRows` makes a step of them.
@frozen public struct GroupsView {
    /// Columns of a group.
    @inlinable public static var width: Int { 8 }

    public let pointer: Floats
    public let stepStride: Int
    public let samples: Int

    @inlinable
    public init(_ pointer: Floats, stepStride: Int = 0, samples: Int) {
        self.pointer = pointer
        self.stepStride = stepStride
        self.samples = samples
    }

    /// Floats of a step with rows of so many columns.
    @inlinable
    public static func count(samples: Int, columns: Int) -> Int {
        (columns + width - 1) / width * width * samples
    }

    /// The rows from a column on that begins a group.
    @inlinable
    public func moved(by columns: Int) -> GroupsView {
        GroupsView(pointer + columns * samples, stepStride: stepStride, samples: samples)
    }
}
