import CCPU
import Glibc
import Kernels

// The kernels whose time counts run on the widest vectors the processor has. Both builds give the same bits.

#if arch(x86_64)
    import KernelsAVX512

    /// Whether AVX-512 is used: where the CPU has it, unless the environment says LOCKSTEP_ISA=avx2.
    let usesAVX512 =
        lockstep_cpu_has_avx512() != 0 && getenv("LOCKSTEP_ISA").map { String(cString: $0) } != "avx2"

    func multiply(m: Int, n: Int, k: Int, _ a: MatrixView, _ b: RowsView, into c: RowsView, beta: Float) {
        usesAVX512
            ? KernelsAVX512.multiply(m: m, n: n, k: k, a, b, into: c, beta: beta)
            : Kernels.multiply(m: m, n: n, k: k, a, b, into: c, beta: beta)
    }

    func multiply(
        m: Int, n: Int, _ order: SumOrder, _ a: MatrixView, _ b: RowsView, into c: RowsView,
        unfinished: Floats
    ) {
        usesAVX512
            ? KernelsAVX512.multiply(m: m, n: n, order, a, b, into: c, unfinished: unfinished)
            : Kernels.multiply(m: m, n: n, order, a, b, into: c, unfinished: unfinished)
    }

    func multiplyAdds(rounds: Int) -> (operations: Int, sink: Float) {
        (usesAVX512 ? KernelsAVX512.multiplyAdds : Kernels.multiplyAdds)(rounds)
    }

    func lstmGates(
        hidden: Int, lanes: Int, gates: RowsView, bias: Floats, cellBefore: RowsView, cell: RowsView,
        cellTanh: RowsView, output: RowsView
    ) {
        (usesAVX512 ? KernelsAVX512.lstmGates : Kernels.lstmGates)(
            hidden, lanes, gates, bias, cellBefore, cell, cellTanh, output)
    }

    func lstmGatesBackward(
        hidden: Int, lanes: Int, gates: RowsView, cellBefore: RowsView, cellTanh: RowsView,
        outputGradient: RowsView, cellGradient: RowsView, gradients: RowsView
    ) {
        (usesAVX512 ? KernelsAVX512.lstmGatesBackward : Kernels.lstmGatesBackward)(
            hidden, lanes, gates, cellBefore, cellTanh, outputGradient, cellGradient, gradients)
    }

    func gruGates(
        hidden: Int, lanes: Int, gates: RowsView, bias: Floats, before: RowsView, output: RowsView
    ) {
        (usesAVX512 ? KernelsAVX512.gruGates : Kernels.gruGates)(hidden, lanes, gates, bias, before, output)
    }

    func gruGatesBackward(
        hidden: Int, lanes: Int, gates: RowsView, before: RowsView, stateGradient: RowsView,
        gradients: RowsView
    ) {
        (usesAVX512 ? KernelsAVX512.gruGatesBackward : Kernels.gruGatesBackward)(
            hidden, lanes, gates, before, stateGradient, gradients)
    }

    func rnnGates(
        hidden: Int, lanes: Int, usesReLU: Bool, gates: RowsView, bias: Floats, output: RowsView
    ) {
        (usesAVX512 ? KernelsAVX512.rnnGates : Kernels.rnnGates)(hidden, lanes, usesReLU, gates, bias, output)
    }

    func rnnGatesBackward(
        hidden: Int, lanes: Int, usesReLU: Bool, output: RowsView, outputGradient: RowsView,
        gradients: RowsView
    ) {
        (usesAVX512 ? KernelsAVX512.rnnGatesBackward : Kernels.rnnGatesBackward)(
            hidden, lanes, usesReLU, output, outputGradient, gradients)
    }

    /// Floats of the vectors that the kernels of a convolution use.
    let vectorLanes = usesAVX512 ? 16 : 8

    func convolve(
        _ shape: ConvolutionShape, pixels: Range<Int>, origins: UnsafePointer<Int32>, _ x: Floats,
        panels: Floats, bias: Floats, into y: Floats
    ) {
        (usesAVX512 ? KernelsAVX512.convolve : Kernels.convolve)(shape, pixels, origins, x, panels, bias, y)
    }

    func convolveCells(
        _ cells: CellShape, taps: UnsafePointer<Int32>, _ x: Floats, weight: Floats, bias: Floats,
        into y: Floats, choices: UnsafeMutablePointer<Int32>
    ) {
        (usesAVX512 ? KernelsAVX512.convolveCells : Kernels.convolveCells)(
            cells, taps, x, weight, bias, y, choices)
    }

    func addFilterGradient(
        _ shape: ConvolutionShape, _ x: Floats, filters: UnsafePointer<Int32>,
        terms: UnsafePointer<WeightedOffset>, starts: UnsafePointer<Int32>, into weight: Floats, bias: Floats
    ) {
        (usesAVX512 ? KernelsAVX512.addFilterGradient : Kernels.addFilterGradient)(
            shape, x, filters, terms, starts, weight, bias)
    }

    func addInputGradient(
        _ shape: ConvolutionShape, origins: UnsafePointer<Int32>, filterRuns: Floats,
        terms: UnsafePointer<WeightedOffset>, ends: UnsafePointer<Int32>, into gx: Floats
    ) {
        (usesAVX512 ? KernelsAVX512.addInputGradient : Kernels.addInputGradient)(
            shape, origins, filterRuns, terms, ends, gx)
    }

    func poolStrip(
        _ shape: ConvolutionShape, pool: Int, firstPixel: Int, _ strip: Floats, maxima: Floats,
        choices: UnsafeMutablePointer<Int32>
    ) {
        (usesAVX512 ? KernelsAVX512.poolStrip : Kernels.poolStrip)(
            shape, pool, firstPixel, strip, maxima, choices)
    }
#else
    let vectorLanes = 8
#endif
