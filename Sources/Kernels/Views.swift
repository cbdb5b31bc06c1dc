// Both builds of the kernels share these types.
#if !AVX512

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
        public var transposed: MatrixView {
            MatrixView(pointer, rowStride: columnStride, columnStride: rowStride)
        }
    }

    /// The rows of an operand whose columns are contiguous: evenly spaced, or each at an offset of its own.
    ///
    /// With offsets a convolution is a product without an im2col matrix: row (channel, dy, dx) of the patches is the
    /// image itself, shifted.
    @frozen public struct RowsView {
        public let pointer: Floats
        public let stride: Int
        public let offsets: UnsafePointer<Int>?

        @inlinable
        public init(_ pointer: Floats, stride: Int) {
            self.pointer = pointer
            self.stride = stride
            offsets = nil
        }

        @inlinable
        public init(_ pointer: Floats, offsets: UnsafePointer<Int>) {
            self.pointer = pointer
            stride = 0
            self.offsets = offsets
        }
    }

#endif
