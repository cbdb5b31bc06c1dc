/// A term `value · source[offset...]` of a weighted sum of windows.
@frozen public struct WeightedOffset {
    public var offset: Int32
    public var value: Float

    @inlinable
    public init(offset: Int32, value: Float) { (self.offset, self.value) = (offset, value) }
}
