/// Every kernel that is called from outside the kernels, as one instruction set has it.
///
/// A table of functions, filled by the compiler: a conforming type that forgets one does not compile. It is a protocol,
/// not a struct of closures, because closures lose their argument labels.
public protocol KernelTable: ActivationKernels, ConvolutionGradientKernels, ConvolutionKernels,
    ConvolutionLayoutKernels, ElementwiseKernels, LossKernels, NormalizationKernels, PoolingKernels,
    ProductKernels, RecurrentKernels, RowKernels, SendableMetatype, UpdateKernels
{
    /// The instruction set's name.
    static var instructionSet: String { get }
    /// Floats of a vector. Layouts may depend on it, results may not.
    static var lanes: Int { get }
}
