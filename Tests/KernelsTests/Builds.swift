import CCPU
import Kernels
import Testing

#if arch(x86_64)
    import KernelsAVX512
#endif

/// The kernels that are compiled twice, for AVX2 and for AVX-512, as one of the two builds has them.
struct Build: Sendable, CustomTestStringConvertible {
    typealias FiveRows =
        @Sendable (Int, Int, RowsView, RowsView, RowsView, RowsView, RowsView) -> Void

    let testDescription: String
    let multiply: @Sendable (Int, Int, Int, MatrixView, RowsView, RowsView, Float) -> Void
    let lstmGates, lstmGatesBackward, gruGatesBackward: FiveRows
    let gruGates: @Sendable (Int, Int, RowsView, RowsView, RowsView, RowsView) -> Void
    let rnnGates, rnnGatesBackward: @Sendable (Int, Int, Bool, RowsView, RowsView) -> Void

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
        lstmGates: Kernels.lstmGates, lstmGatesBackward: Kernels.lstmGatesBackward,
        gruGatesBackward: Kernels.gruGatesBackward, gruGates: Kernels.gruGates, rnnGates: Kernels.rnnGates,
        rnnGatesBackward: Kernels.rnnGatesBackward)

    #if arch(x86_64)
        private static let avx512 = Build(
            testDescription: "KernelsAVX512", multiply: KernelsAVX512.multiply(m:n:k:_:_:into:beta:),
            lstmGates: KernelsAVX512.lstmGates, lstmGatesBackward: KernelsAVX512.lstmGatesBackward,
            gruGatesBackward: KernelsAVX512.gruGatesBackward, gruGates: KernelsAVX512.gruGates,
            rnnGates: KernelsAVX512.rnnGates, rnnGatesBackward: KernelsAVX512.rnnGatesBackward)
    #endif
}
