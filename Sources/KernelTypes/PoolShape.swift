/// Square windows over planes: `[planes, rows, columns] → [planes, outputRows, outputColumns]`.
@frozen public struct PoolShape: Sendable {
    public let planes, rows, columns: Int
    public let kernel, stride: Int
    public let outputRows, outputColumns: Int

    public init(planes: Int, rows: Int, columns: Int, kernel: Int, stride: Int) {
        (self.planes, self.rows, self.columns) = (planes, rows, columns)
        (self.kernel, self.stride) = (kernel, stride)
        outputRows = (rows - kernel) / stride + 1
        outputColumns = (columns - kernel) / stride + 1
    }

    @inlinable public var outputCount: Int { planes * outputRows * outputColumns }
}
