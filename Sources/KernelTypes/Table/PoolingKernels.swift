/// Pooling over square windows.
public protocol PoolingKernels {
    /// The largest value of each window, and through `choices` which input it is: the first of equals; NaN is
    /// largest.
    static func maxPool(
        _ shape: PoolShape, _ x: Floats, into y: Floats, choices: UnsafeMutablePointer<Int32>
    )

    /// The gradient of `maxPool`: each output's goes to the input it chose.
    static func maxPoolBackward(
        _ shape: PoolShape, _ g: Floats, choices: UnsafePointer<Int32>, into gx: Floats, beta: Float
    )

    /// The mean of each window.
    static func averagePool(_ shape: PoolShape, _ x: Floats, into y: Floats)

    /// The gradient of `averagePool`: each input of a window gets an equal share.
    static func averagePoolBackward(_ shape: PoolShape, _ g: Floats, into gx: Floats, beta: Float)
}
