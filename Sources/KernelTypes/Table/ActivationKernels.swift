/// Functions of one element.
public protocol ActivationKernels {
    /// `y = f(x)`, elementwise. In units in the last place: exp to 1, log to 1, erf to 1.1.
    static func activate(_ f: Activation, _ count: Int, _ x: Floats, into y: Floats)

    /// The gradient of `activate`: `g · f′(x) + gx · beta`.
    static func activateBackward(
        _ f: Activation, _ count: Int, _ x: Floats, _ g: Floats, into gx: Floats, beta: Float
    )
}
