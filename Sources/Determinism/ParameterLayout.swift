/// Where each parameter of a network stands in one flat buffer.
///
/// Values, gradients and optimizer state are flat buffers of this layout: a broadcast, a reduction or an update
/// is one pass. Each parameter starts at a multiple of 64 bytes; the gaps hold zeros and stay zero.
public struct ParameterLayout: Sendable {
    public struct Entry: Sendable {
        public let name: String
        public let shape: [Int]
        public let range: Range<Int>

        public init(name: String, shape: [Int], range: Range<Int>) {
            (self.name, self.shape, self.range) = (name, shape, range)
        }
    }

    public let entries: [Entry]
    /// Floats in a flat buffer, gaps included.
    public let count: Int
    /// Numbers that training changes, gaps not included.
    public var parameterCount: Int { entries.reduce(0) { $0 + $1.range.count } }

    /// - Parameter parameters: in the order in which they stand one after the other; no name twice.
    public init(_ parameters: [(name: String, shape: [Int])]) {
        var end = 0
        var entries: [Entry] = []
        for (name, shape) in parameters {
            precondition(!entries.contains { $0.name == name }, "two parameters are called '\(name)'")
            let range = end..<(end + shape.reduce(1, *))
            entries.append(Entry(name: name, shape: shape, range: range))
            end = (range.upperBound + 15) / 16 * 16
        }
        self.entries = entries
        count = end
    }
}
