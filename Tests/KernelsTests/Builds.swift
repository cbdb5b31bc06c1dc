import CCPU
import Kernels
import Testing

#if arch(x86_64)
    import KernelsAVX512
#endif

/// The kernels that are compiled twice, for AVX2 and for AVX-512, as one of the two builds has them.
struct Build: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let multiply: @Sendable (Int, Int, Int, MatrixView, RowsView, RowsView, Float) -> Void
    let multiplyShards: @Sendable (Int, Int, SumOrder, MatrixView, RowsView, RowsView, Floats) -> Void
    let lstmGates: @Sendable (Int, Int, RowsView, Floats, RowsView, RowsView, RowsView, RowsView) -> Void
    let lstmGatesBackward:
        @Sendable (Int, Int, RowsView, RowsView, RowsView, RowsView, RowsView, RowsView) -> Void
    let gruGates: @Sendable (Int, Int, RowsView, Floats, RowsView, RowsView) -> Void
    let gruGatesBackward: @Sendable (Int, Int, RowsView, RowsView, RowsView, RowsView) -> Void
    let rnnGates: @Sendable (Int, Int, Bool, RowsView, Floats, RowsView) -> Void
    /// Floats of a vector.
    let lanes: Int
    let addFilterGradient:
        @Sendable (
            ConvolutionShape, Floats, UnsafePointer<Int32>, UnsafePointer<WeightedOffset>,
            UnsafePointer<Int32>,
            Floats, Floats
        ) -> Void
    let addInputGradient:
        @Sendable (
            ConvolutionShape, UnsafePointer<Int32>, Floats, UnsafePointer<WeightedOffset>,
            UnsafePointer<Int32>,
            Floats
        ) -> Void
    let rnnGatesBackward: @Sendable (Int, Int, Bool, RowsView, RowsView, RowsView) -> Void

    /// Those that this CPU can run; the first is the one every CPU can.
    static let all: [Build] = {
        #if arch(x86_64)
            if lockstep_cpu_has_avx512() != 0 { return [common, avx512] }
            print("NOT TESTED: the module KernelsAVX512, for this CPU has no AVX-512")
        #endif
        return [common]
    }()

    private static let common = Build(
        testDescription: "Kernels", multiply: Kernels.multiply(m:n:k:_:_:into:beta:),
        multiplyShards: Kernels.multiply(m:n:_:_:_:into:unfinished:),
        lstmGates: Kernels.lstmGates, lstmGatesBackward: Kernels.lstmGatesBackward,
        gruGates: Kernels.gruGates, gruGatesBackward: Kernels.gruGatesBackward, rnnGates: Kernels.rnnGates,
        lanes: 8, addFilterGradient: Kernels.addFilterGradient, addInputGradient: Kernels.addInputGradient,
        rnnGatesBackward: Kernels.rnnGatesBackward)

    #if arch(x86_64)
        private static let avx512 = Build(
            testDescription: "KernelsAVX512", multiply: KernelsAVX512.multiply(m:n:k:_:_:into:beta:),
            multiplyShards: KernelsAVX512.multiply(m:n:_:_:_:into:unfinished:),
            lstmGates: KernelsAVX512.lstmGates, lstmGatesBackward: KernelsAVX512.lstmGatesBackward,
            gruGates: KernelsAVX512.gruGates, gruGatesBackward: KernelsAVX512.gruGatesBackward,
            rnnGates: KernelsAVX512.rnnGates, lanes: 16, addFilterGradient: KernelsAVX512.addFilterGradient,
            addInputGradient: KernelsAVX512.addInputGradient, rnnGatesBackward: KernelsAVX512.rnnGatesBackward
        )
    #endif
}
