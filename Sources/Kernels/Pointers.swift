/// Raw, 64-byte aligned single-precision data, as every kernel takes it: the caller vouches for sizes.
public typealias Floats = UnsafeMutablePointer<Float>

/// Eight lanes: one AVX register.
typealias Lanes = SIMD8<Float>

extension UnsafeMutablePointer where Pointee == Float {
    /// The `width` ≤ 8 values from `index` on, followed by zeros.
    @inline(__always)
    func load(_ index: Int, _ width: Int) -> Lanes {
        if width == 8 { return UnsafeRawPointer(self + index).loadUnaligned(as: Lanes.self) }
        var lanes = Lanes.zero
        for lane in 0..<width { lanes[lane] = self[index + lane] }
        return lanes
    }

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

    /// Stores the first `width` ≤ 8 lanes from `index` on.
    @inline(__always)
    func save(_ lanes: Lanes, _ index: Int, _ width: Int) {
        if width == 8 {
            UnsafeMutableRawPointer(self + index).storeBytes(of: lanes, as: Lanes.self)
        } else {
            for lane in 0..<width { self[index + lane] = lanes[lane] }
        }
    }
}

/// `y[i] = f(x[i])`: eight at a time, the tail through the same vector code, so that a value's bits do not
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

/// Calls `body(index, width)` for runs of eight elements, then once for the rest.
@inline(__always)
func forEachLanes(_ count: Int, _ body: (_ at: Int, _ width: Int) -> Void) {
    var i = 0
    while i + 8 <= count {
        body(i, 8)
        i += 8
    }
    if i < count { body(i, count - i) }
}
