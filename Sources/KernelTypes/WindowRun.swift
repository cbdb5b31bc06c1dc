/// Some neighbouring floats of a window, from the window's origin on.
@frozen public struct WindowRun: Sendable {
    public let offset, length: Int32

    @inlinable
    public init(offset: Int, length: Int) { (self.offset, self.length) = (Int32(offset), Int32(length)) }

    /// As many terms of a sum as stay in the first-level cache together with the filters they meet.
    public static let longest = 128

    /// The same floats in runs of at most `longest`.
    public var cut: [WindowRun] {
        stride(from: 0, to: Int(length), by: Self.longest).map { first in
            WindowRun(offset: Int(offset) + first, length: min(Self.longest, Int(length) - first))
        }
    }
}
