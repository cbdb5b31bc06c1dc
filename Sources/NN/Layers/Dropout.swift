import TensorEngine

/// Dropout of a layer's outputs: random zeros in training, nothing in evaluation.
public struct Dropout: Sendable {
    /// The share that is dropped, in 0 ..< 1.
    public let probability: Float
    /// Tells this layer's masks from those of others.
    public let name: String

    public init(_ probability: Float = 0, name: String = "dropout") {
        self.probability = probability
        self.name = name
    }

    /// - Parameter x: `[n, …]`, one entry for each of the samples of `keys`.
    public func callAsFunction(_ x: Tensor, keys: SampleKeys, mode: Mode) -> Tensor {
        guard mode == .training, probability > 0 else { return x }
        return dropout(x, probability: probability, keys: keys, name: name)
    }
}
