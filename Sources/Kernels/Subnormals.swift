import CCPU

/// Runs a computation in which numbers below the smallest normal one, 2⁻¹²⁶ for `Float`, are zeros: those read, and those
/// that come out.
///
/// Many processors take a hundred times as long for a sum or product of such numbers, which training meets: the gradients of
/// a recurrent network fade over time, a sure softmax's residuals are as good as 0. All arithmetic of a step is done
/// this way, for the bits of a sum must not depend on who adds it. The thread's own mode returns afterwards.
///
/// Source: Intel, Software Developer's Manual, volume 1, 10.2.3: flush-to-zero and denormals-are-zeros of MXCSR.
@inline(__always)
public func flushingSubnormals<Result>(_ body: () throws -> Result) rethrows -> Result {
    let mode = lockstep_float_mode()
    lockstep_set_float_mode(mode | 0x8040)
    defer { lockstep_set_float_mode(mode) }
    return try body()
}
