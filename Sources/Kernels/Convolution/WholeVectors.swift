extension UnsafeMutablePointer where Pointee == Float {
    /// A whole vector from `index` on.
    @inline(__always)
    func load(_ index: Int) -> Lanes {
        UnsafeRawPointer(self + index).loadUnaligned(as: Lanes.self)
    }

    /// Stores a whole vector from `index` on.
    @inline(__always)
    func save(_ lanes: Lanes, _ index: Int) {
        UnsafeMutableRawPointer(self + index).storeBytes(of: lanes, as: Lanes.self)
    }
}
