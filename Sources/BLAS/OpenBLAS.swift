import Glibc

/// OpenBLAS, loaded when a product of its is first asked for.
///
/// A program that is linked to it starts its helper threads before `main`, whether or not it takes a product: where memory
/// or threads are short they die, and the process waits for them for ever when it ends. So who wants none of its products
/// never loads it, and then it starts no thread, for ranks and our own threads are the parallelism.
public struct OpenBLAS: Sendable {
    /// `cblas_sgemm`, with C's integers for its enumerations.
    typealias Product =
        @convention(c) (
            _ order: Int32, _ transposeA: Int32, _ transposeB: Int32, _ m: Int32, _ n: Int32, _ k: Int32,
            _ alpha: Float, _ a: UnsafePointer<Float>, _ strideA: Int32, _ b: UnsafePointer<Float>,
            _ strideB: Int32, _ beta: Float, _ c: UnsafeMutablePointer<Float>, _ strideC: Int32
        ) -> Void

    let product: Product
    /// Its version and the CPU family whose kernels it chose.
    public let description: String
    /// How many threads take part in a product.
    public let threads: Int

    /// The library; nil where it is not installed.
    public static let shared = OpenBLAS(names: ["libopenblas.so.0", "libopenblas.so"])

    init?(names: [String]) {
        setenv("OPENBLAS_NUM_THREADS", "1", 1)  // read while it loads
        guard let library = names.lazy.compactMap({ dlopen($0, RTLD_NOW | RTLD_LOCAL) }).first,
            let product = dlsym(library, "cblas_sgemm"),
            let setThreads = dlsym(library, "openblas_set_num_threads"),
            let getThreads = dlsym(library, "openblas_get_num_threads"),
            let getConfiguration = dlsym(library, "openblas_get_config")
        else { return nil }
        unsafeBitCast(setThreads, to: (@convention(c) (Int32) -> Void).self)(1)
        threads = Int(unsafeBitCast(getThreads, to: (@convention(c) () -> Int32).self)())
        typealias Text = @convention(c) () -> UnsafePointer<CChar>?
        description =
            unsafeBitCast(getConfiguration, to: Text.self)().map { String(cString: $0) } ?? "OpenBLAS"
        self.product = unsafeBitCast(product, to: Product.self)
    }
}
