/// Why a text is not the JSON we accept, and at which byte.
public struct JSONError: Error, Equatable, Sendable, CustomStringConvertible {
    /// Bytes before the place where reading stopped.
    public let offset: Int
    /// What was expected there, and what was found.
    public let reason: String

    public var description: String { "byte \(offset): \(reason)" }
}

extension JSON {
    /// How many arrays and objects may stand inside one another.
    public static let maximumDepth = 64

    /// Reads one JSON value, strictly (RFC 8259): valid UTF-8 without a byte order mark, no trailing comma, no
    /// leading zero, no key twice in one object, at most `maximumDepth` levels, only white space after the value.
    ///
    /// A whole number that fits an `Int` becomes `.integer`, any other number `.number`.
    /// - Throws: `JSONError` with the byte offset and what was expected there.
    public init(parsing bytes: some Sequence<UInt8>) throws(JSONError) {
        var parser = JSONParser(bytes: Array(bytes))
        self = try parser.document()
    }

    /// Reads one JSON value from a text; see `init(parsing:)` for bytes.
    public init(parsing text: String) throws(JSONError) {
        try self.init(parsing: text.utf8)
    }
}
