/// Filters, or channels, cut into panels of 32, two of the widest vectors; the last is filled up with zeros to a multiple
/// of eight. 70 filters:
///
///     panel    0       1        2
///     holds    0..<32  32..<64  64..<70
///     lanes    32      32       8
@frozen public struct FilterPanels: Sendable {
    /// Of filters.
    public let filters: Int

    @inlinable public static var width: Int { 32 }

    @inlinable
    public init(of filters: Int) { self.filters = filters }

    @inlinable public var count: Int { (filters + Self.width - 1) / Self.width }
    /// Floats of a row of all panels, and of one.
    @inlinable public var lanes: Int { (filters + 7) / 8 * 8 }
    @inlinable public func lanes(_ panel: Int) -> Int { min(Self.width, lanes - panel * Self.width) }
    /// Floats of a row of the widest panel.
    @inlinable public var widest: Int { min(Self.width, lanes) }
    /// The filters of a panel.
    @inlinable public func held(_ panel: Int) -> Int { min(Self.width, filters - panel * Self.width) }
}
