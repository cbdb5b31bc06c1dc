import Glibc
@_exported import KernelTypes
import KernelsAVX2
import KernelsAVX512

/// The kernels of the widest vectors this CPU has; `LOCKSTEP_ISA=avx2` leaves AVX-512 unused. The same bits either way.
public let kernels: any KernelTable.Type =
    CPU.hasAVX512 && getenv("LOCKSTEP_ISA").map { String(cString: $0) } != "avx2"
    ? KernelsAVX512.VectorKernels.self : KernelsAVX2.VectorKernels.self
