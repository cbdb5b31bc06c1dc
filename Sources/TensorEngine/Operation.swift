/// What computed a tensor, for whoever reads a graph, such as an exporter to another format: an op's name, and what
/// besides its operands decides its result.
///
/// Names are those of the functions here; operators are called add, subtract, multiply and divide. A node's `operands`
/// come in the order of the function's parameters; of optional ones an attribute says whether they are there.
public struct Operation: Sendable, Equatable, ExpressibleByStringLiteral {
    public let name: String
    /// By the names of the function's parameters.
    public let attributes: [String: Attribute]

    public init(_ name: String, _ attributes: [String: Attribute] = [:]) {
        self.name = name
        self.attributes = attributes
    }

    public init(stringLiteral name: String) { self.init(name) }

    /// One setting of an op.
    public enum Attribute: Sendable, Equatable {
        case integer(Int)
        /// A shape, for example.
        case integers([Int])
        case number(Float)
        case numbers([Float])
        case text(String)
        case flag(Bool)
    }
}
