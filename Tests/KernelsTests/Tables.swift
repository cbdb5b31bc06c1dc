import Kernels
import KernelsAVX2
import KernelsAVX512

/// The tables of kernels that this CPU can run; the first is the one every CPU can.
let tables: [any KernelTable.Type] = {
    if CPU.hasAVX512 { return [KernelsAVX2.VectorKernels.self, KernelsAVX512.VectorKernels.self] }
    print("NOT TESTED: the module KernelsAVX512, for this CPU has no AVX-512")
    return [KernelsAVX2.VectorKernels.self]
}()
