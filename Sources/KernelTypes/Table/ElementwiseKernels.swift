/// Element by element.
public protocol ElementwiseKernels {
    /// `y = value`.
    static func fill(_ count: Int, _ y: Floats, with value: Float)

    /// `y = x`.
    static func copy(_ count: Int, _ x: Floats, into y: Floats)

    /// `y = x + y·beta`: overwrites `y` unread where `beta` is 0. Every backward pass adds its share with it.
    static func accumulate(_ count: Int, _ x: Floats, into y: Floats, beta: Float)

    /// `y = a + b`, elementwise; `y` may be `a` or `b`.
    static func add(_ count: Int, _ a: Floats, _ b: Floats, into y: Floats)

    /// `y = f(a, b) + y · beta`, elementwise; an operand of step 0 is one value for all elements, of step 1 it has its own;
    /// `y` may be `a` or `b` of step 1.
    static func combine(
        _ f: Arithmetic, _ count: Int, _ a: Floats, _ stepA: Int, _ b: Floats, _ stepB: Int, into y: Floats,
        beta: Float
    )

    /// `y = g · scale + y · beta`.
    static func accumulateScaled(_ count: Int, _ g: Floats, by scale: Float, into y: Floats, beta: Float)

    /// `y = a · b + y · beta`, elementwise; `y` may be `a` or `b`.
    static func multiply(_ count: Int, _ a: Floats, _ b: Floats, into y: Floats, beta: Float)

    /// `y = max(x, 0)`.
    static func relu(_ count: Int, _ x: Floats, into y: Floats)

    /// The gradient of `relu`: `g` where the output `y` is positive.
    static func reluBackward(_ count: Int, _ y: Floats, _ g: Floats, into gx: Floats, beta: Float)

    /// The gradient of `sigmoid` from its output: `g · y · (1 − y)`.
    static func sigmoidBackward(_ count: Int, _ y: Floats, _ g: Floats, into gx: Floats, beta: Float)

    /// The gradient of `tanh` from its output: `g · (1 − y²)`.
    static func tanhBackward(_ count: Int, _ y: Floats, _ g: Floats, into gx: Floats, beta: Float)

    /// `Σ x²` in double precision, in a fixed order of additions: four chains of eight lanes each.
    static func sumOfSquares(_ count: Int, _ x: Floats) -> Double

    /// `Σ x` in double precision, in a fixed order of additions.
    static func sum(_ count: Int, _ x: Floats) -> Double

    /// `y[i] = x[i] / 255`: pixels as PyTorch's `ToTensor` scales them, to the last bit.
    ///
    /// The quotient is `x · (1/255)`, corrected by its remainder: exactly rounded for all 256 bytes, without a division.
    static func scalePixels(_ count: Int, _ x: UnsafePointer<UInt8>, into y: Floats)

    /// `y = σ(x)`, elementwise.
    static func sigmoid(_ count: Int, _ x: Floats, into y: Floats)

    /// `y = tanh x`, elementwise.
    static func tanh(_ count: Int, _ x: Floats, into y: Floats)
}
