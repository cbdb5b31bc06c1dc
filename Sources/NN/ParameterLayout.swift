import TensorEngine

/// Where each parameter of a model stands in one flat buffer.
///
/// Values, gradients and optimizer state are flat buffers of this layout: a broadcast, a reduction or an update
/// is one pass. Each parameter starts at a multiple of 64 bytes; the gaps hold zeros and stay zero.
public struct ParameterLayout: Sendable {
    public struct Entry: Sendable {
        public let name: String
        public let shape: [Int]
        public let range: Range<Int>
    }

    public let entries: [Entry]
    /// Floats in a flat buffer, gaps included.
    public let count: Int
    /// Numbers that training changes, gaps not included.
    public var parameterCount: Int { entries.reduce(0) { $0 + $1.range.count } }

    public init(of module: some Module) {
        var end = 0
        var entries: [Entry] = []
        for (name, parameter) in module.namedParameters {
            requireShape(!entries.contains { $0.name == name }, "two parameters are called '\(name)'")
            let range = end..<(end + parameter.tensor.count)
            entries.append(Entry(name: name, shape: parameter.shape, range: range))
            end = (range.upperBound + 15) / 16 * 16
        }
        self.entries = entries
        count = end
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
