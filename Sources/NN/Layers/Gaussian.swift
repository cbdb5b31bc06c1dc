import TensorEngine

/// LeNet-5's output layer: one learned centre per class, `logit_c = −‖x − w_c‖²`.
public struct Gaussian: Module {
    /// The centres, `[classes, features]`; they begin as `Linear`'s rows do, uniform within ±1/√features, so
    /// that the first logits of all classes are about equal (LeCun's centres were fixed drawings of the
    /// digits).
    public let weight: Parameter
    public var parameters: KeyValuePairs<String, Parameter> { ["weight": weight] }

    public init(features: Int, classes: Int) {
        weight = Parameter([classes, features], .torchDefault(fanIn: features))
    }

    /// `[n, features] → [n, classes]`.
    public func callAsFunction(_ x: Tensor) -> Tensor {
        gaussian(x, weight: weight.tensor)
    }
}
