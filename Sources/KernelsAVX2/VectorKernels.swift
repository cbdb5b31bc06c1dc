import KernelTypes

/// The kernels of one instruction set.
///
/// These sources are compiled twice: for AVX2 (module `KernelsAVX2`) and for AVX-512 (`KernelsAVX512`, a link to this
/// folder). Both give the same bits: the lanes of a vector are independent, every element's additions come in an order
/// that the shapes alone decide, and sums over lanes are over a fixed number of them. What differs is in this file.
public enum VectorKernels: KernelTable {
    public static var lanes: Int { Lanes.scalarCount }
}

// Blocks of rows × vectors, and of pixels × vectors of filters, that the benchmark found fastest: more spill, fewer wait
// for the multiply-add's latency.
#if AVX512
    extension VectorKernels {
        public static var instructionSet: String { "AVX-512" }
    }

    /// One register.
    typealias Lanes = SIMD16<Float>
    typealias LaneBits = SIMD16<UInt32>
    typealias SignedBits = SIMD16<Int32>

    /// Rows of a tile of a product; of one of a sum of outer products, which divides 8; and of one so small that
    /// the sums of two are in registers at once.
    let productRows = 8
    let outerProductRows = 8
    let pairRows = 4
    /// Whether there are registers for tiles of two vectors and four columns more.
    let tilesHaveTails = true
    extension SIMD16<Float> {
        @inline(__always)
        var firstFour: SIMD4<Float> { lowHalf.lowHalf }
    }
    let pixelsOfPair = 8
    let pixelsOfSingle = 8
    let termsOfPair = 8
    let termsOfSingle = 8
    /// Of a convolution over pooling cells: four registers each, and some for the taps.
    let filtersAtOnce = 3
#else
    extension VectorKernels {
        public static var instructionSet: String { "AVX2" }
    }

    /// One register.
    typealias Lanes = SIMD8<Float>
    typealias LaneBits = SIMD8<UInt32>
    typealias SignedBits = SIMD8<Int32>

    let productRows = 6
    let outerProductRows = 4
    let pairRows = 4
    /// Whether there are registers for tiles of two vectors and four columns more.
    let tilesHaveTails = false
    extension SIMD8<Float> {
        @inline(__always)
        var firstFour: SIMD4<Float> { lowHalf }
    }
    let pixelsOfPair = 6
    let pixelsOfSingle = 8
    let termsOfPair = 6
    let termsOfSingle = 8
    /// Of a convolution over pooling cells: four registers each, and some for the taps.
    let filtersAtOnce = 2
#endif
