import Determinism
import TensorEngine

extension ParameterLayout {
    public init(of module: some Module) {
        self.init(module.namedParameters.map { ($0.name, $0.parameter.shape) })
    }

    /// Makes the module's parameters windows into flat buffers of this layout (the buffers may be longer).
    public func bind(_ module: some Module, values: Storage? = nil, gradients: Storage? = nil) {
        for (entry, (_, parameter)) in zip(entries, module.namedParameters) {
            parameter.tensor.bind(
                values: values.map { Storage(window: entry.range, of: $0) },
                gradient: gradients.map { Storage(window: entry.range, of: $0) })
        }
    }
}
