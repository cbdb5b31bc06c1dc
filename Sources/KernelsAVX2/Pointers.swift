import KernelTypes

extension UnsafeMutablePointer where Pointee == Float {
    /// The `width` values, at most a register's, from `index` on, followed by zeros.
    @inline(__always)
    func load(_ index: Int, _ width: Int) -> Lanes {
        if width == Lanes.scalarCount { return UnsafeRawPointer(self + index).loadUnaligned(as: Lanes.self) }
        var lanes = Lanes.zero
        for lane in 0..<width { lanes[lane] = self[index + lane] }
        return lanes
    }

    /// Stores the first `width` lanes from `index` on.
    @inline(__always)
    func save(_ lanes: Lanes, _ index: Int, _ width: Int) {
        if width == Lanes.scalarCount {
            UnsafeMutableRawPointer(self + index).storeBytes(of: lanes, as: Lanes.self)
        } else {
            for lane in 0..<width { self[index + lane] = lanes[lane] }
        }
    }
}

/// `y[i] = f(x[i])`: a register at a time, the tail through the same vector code, so that a value's bits do not
/// depend on its position.
@inline(__always)
func mapLanes(_ count: Int, _ x: Floats, into y: Floats, _ f: (Lanes) -> Lanes) {
    forEachLanes(count) { y.save(f(x.load($0, $1)), $0, $1) }
}

/// `y[i] = f(a[i], b[i])`.
@inline(__always)
func mapLanes(_ count: Int, _ a: Floats, _ b: Floats, into y: Floats, _ f: (Lanes, Lanes) -> Lanes) {
    forEachLanes(count) { y.save(f(a.load($0, $1), b.load($0, $1)), $0, $1) }
}

/// `y[i] = f(a[i], b[i], c[i])`.
@inline(__always)
func mapLanes(
    _ count: Int, _ a: Floats, _ b: Floats, _ c: Floats, into y: Floats, _ f: (Lanes, Lanes, Lanes) -> Lanes
) {
    forEachLanes(count) { y.save(f(a.load($0, $1), b.load($0, $1), c.load($0, $1)), $0, $1) }
}

/// Calls `body(index, width)` for registers full of elements, then once for the rest.
@inline(__always)
func forEachLanes(_ count: Int, _ body: (_ at: Int, _ width: Int) -> Void) {
    var i = 0
    while i + Lanes.scalarCount <= count {
        body(i, Lanes.scalarCount)
        i += Lanes.scalarCount
    }
    if i < count { body(i, count - i) }
}

extension UnsafeMutablePointer where Pointee == Float {
    /// A whole vector of a given width.
    @inline(__always)
    func vector<Vector: SIMD>(_ index: Int) -> Vector where Vector.Scalar == Float {
        UnsafeRawPointer(self + index).loadUnaligned(as: Vector.self)
    }

    @inline(__always)
    func store<Vector: SIMD>(_ vector: Vector, _ index: Int) where Vector.Scalar == Float {
        UnsafeMutableRawPointer(self + index).storeBytes(of: vector, as: Vector.self)
    }
}
