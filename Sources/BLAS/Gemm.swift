import COpenBLAS

/// `c ← a · b + beta · c` over row-major matrices, where `a` is `[m, k]` and `b` is `[k, n]` after transposition.
///
/// One thread, so that the order of additions depends on the shapes alone.
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
    bindToOneThread
    cblas_sgemm(
        CblasRowMajor, transposeA ? CblasTrans : CblasNoTrans, transposeB ? CblasTrans : CblasNoTrans,
        blasint(m), blasint(n), blasint(k), 1, a, blasint(strides.a), b, blasint(strides.b), beta, c,
        blasint(strides.c))
}

/// Binds OpenBLAS to one thread in this process, once: ranks and our own threads are the parallelism.
private let bindToOneThread: Void = openblas_set_num_threads(1)

/// How many threads take part in a product.
public func blasThreads() -> Int {
    bindToOneThread
    return Int(openblas_get_num_threads())
}

/// OpenBLAS's version and the CPU family whose kernels it chose.
public func blasDescription() -> String {
    String(cString: openblas_get_config())
}
