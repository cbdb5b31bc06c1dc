/// `c ← a · b + beta · c` over row-major matrices, where `a` is `[m, k]` and `b` is `[k, n]` after transposition.
///
/// One thread, so that the order of additions depends on the shapes alone. OpenBLAS must be there: see `OpenBLAS.shared`.
///
/// - Parameters:
///   - strides: elements from one row of `a`, `b`, `c` (as stored) to the next.
///   - beta: 0 overwrites `c` without reading it; 1 adds to it.
public func gemm(
    transposeA: Bool = false, transposeB: Bool = false, m: Int, n: Int, k: Int,
    _ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>, into c: UnsafeMutablePointer<Float>,
    strides: (a: Int, b: Int, c: Int), beta: Float
) {
    if m == 0 || n == 0 { return }
    guard let library = OpenBLAS.shared else { preconditionFailure("OpenBLAS is not installed") }
    // CblasRowMajor; CblasTrans and CblasNoTrans.
    library.product(
        101, transposeA ? 112 : 111, transposeB ? 112 : 111, Int32(m), Int32(n), Int32(k), 1, a,
        Int32(strides.a), b, Int32(strides.b), beta, c, Int32(strides.c))
}
