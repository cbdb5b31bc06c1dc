import Determinism
import TensorEngine

extension ParameterLayout {
    public init(of module: some Module) {
        let parameters = module.namedParameters
        var names: Set<String> = []
        let twice = parameters.first { !names.insert($0.name).inserted }
        requireShape(twice == nil, "two parameters are called '\(twice?.name ?? "")'")
        self.init(parameters.map { ($0.name, $0.parameter.shape) })
    }

    /// Makes the module's parameters windows into flat buffers of this layout (the buffers may be longer).
    public func bind(_ module: some Module, values: Storage? = nil, gradients: Storage? = nil) {
        for (entry, (_, parameter)) in zip(entries, module.namedParameters) {
            parameter.bind(
                values: values.map { Storage(window: entry.range, of: $0) },
                gradient: gradients.map { Storage(window: entry.range, of: $0) })
        }
    }
}
