import Kernels
import TestSupport

/// `kernel` over `x`, written to memory that held NaN.
func map(_ x: [Float], _ kernel: (_ count: Int, _ x: Floats, _ y: Floats) -> Void) -> [Float] {
    let (x, y) = (GuardedFloats(x), GuardedFloats([Float](repeating: .nan, count: x.count)))
    kernel(x.count, x.pointer, y.pointer)
    return y.values
}
