import TensorEngine

/// A part of a network: parameters of its own, and parts inside it, listed in the order every rank reduces them.
public protocol Module {
    /// Own parameters under PyTorch's `state_dict` keys.
    var parameters: KeyValuePairs<String, Parameter> { get }
    /// Inner modules under PyTorch's attribute names.
    var children: KeyValuePairs<String, any Module> { get }
    /// Every parameter with its full name, such as `lstm.weight_ih_l0`: own ones, then those of the inner modules.
    var namedParameters: [(name: String, parameter: Parameter)] { get }
}

extension Module {
    public var parameters: KeyValuePairs<String, Parameter> { [:] }
    public var children: KeyValuePairs<String, any Module> { [:] }

    public var namedParameters: [(name: String, parameter: Parameter)] {
        parameters.map { ($0.key, $0.value) }
            + children.flatMap { child in
                child.value.namedParameters.map { ("\(child.key).\($0.name)", $0.parameter) }
            }
    }

    /// Gives every parameter its first values, each a pure function of (seed, name).
    public func initialize(seed: UInt64) {
        for (name, parameter) in namedParameters {
            parameter.initialization.fill(parameter.tensor, seed: seed, name: name)
        }
    }
}
