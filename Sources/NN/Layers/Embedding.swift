import TensorEngine

/// A table with a learned row for each symbol, with PyTorch's name and default initialisation: standard normal.
public struct Embedding: Module {
    public let weight: Parameter  // [count, features]
    public var parameters: KeyValuePairs<String, Parameter> { ["weight": weight] }

    public init(count: Int, features: Int) {
        weight = Parameter([count, features], .normal(deviation: 1))
    }

    /// `[…] → […, features]`, for whole numbers below `count`.
    public func callAsFunction(_ indices: Tensor) -> Tensor {
        embedding(indices, weight: weight.tensor)
    }
}
