import Formats

/// A line of a `.jsonl` file.
struct JSONLine {
    private let json: JSON?

    init(_ line: some StringProtocol) { json = try? JSON(parsing: Array(line.utf8)) }

    subscript(_ key: String) -> JSON? { json?[key] }

    /// The names of its members, in order.
    var members: [String]? { json?.objectValue?.keys }

    var step: Int? { json?["step"]?.intValue }
    var kind: String? { json?["kind"]?.stringValue }
}
