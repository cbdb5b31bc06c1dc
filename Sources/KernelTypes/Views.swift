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
