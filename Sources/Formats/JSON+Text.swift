extension JSON {
    /// The value on one line without spaces: the same value always gives the same bytes.
    ///
    /// A `Double` is written in the shortest form that reads back equal; NaN and ±∞, which JSON lacks, as null.
    public var text: String {
        var writer = JSONWriter(indentation: nil)
        writer.write(self, level: 0)
        return writer.finish()
    }

    /// The value over several lines, indented by two spaces a level, with a newline at the end.
    public var prettyText: String {
        var writer = JSONWriter(indentation: 2)
        writer.write(self, level: 0)
        return writer.finish() + "\n"
    }
}

private struct JSONWriter {
    private var bytes: [UInt8] = []
    private let indentation: Int?

    init(indentation: Int?) { self.indentation = indentation }

    consuming func finish() -> String { String(decoding: bytes, as: UTF8.self) }

    mutating func write(_ value: JSON, level: Int) {
        switch value {
        case .null: put("null")
        case .bool(let value): put(value ? "true" : "false")
        case .integer(let value): put(value.description)
        case .number(let value): put(value.isFinite ? value.description : "null")
        case .string(let value): quote(value)
        case .array(let elements):
            list("[", elements, "]", level: level) { writer, element in
                writer.write(element, level: level + 1)
            }
        case .object(let object):
            list("{", object.members, "}", level: level) { writer, member in
                writer.quote(member.key)
                writer.put(writer.indentation == nil ? ":" : ": ")
                writer.write(member.value, level: level + 1)
            }
        }
    }

    private mutating func list<Element>(
        _ opening: String, _ elements: [Element], _ closing: String, level: Int,
        write: (inout JSONWriter, Element) -> Void
    ) {
        put(opening)
        for (index, element) in elements.enumerated() {
            if index > 0 { put(",") }
            breakLine(level: level + 1)
            write(&self, element)
        }
        if !elements.isEmpty { breakLine(level: level) }
        put(closing)
    }

    private mutating func breakLine(level: Int) {
        guard let indentation else { return }
        bytes.append(UInt8(ascii: "\n"))
        bytes.append(contentsOf: repeatElement(UInt8(ascii: " "), count: indentation * level))
    }

    private mutating func quote(_ text: String) {
        put("\"")
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\""): put("\\\"")
            case UInt8(ascii: "\\"): put("\\\\")
            case UInt8(ascii: "\n"): put("\\n")
            case UInt8(ascii: "\r"): put("\\r")
            case UInt8(ascii: "\t"): put("\\t")
            case 0..<0x10: put("\\u000" + String(byte, radix: 16))
            case 0x10..<0x20: put("\\u00" + String(byte, radix: 16))
            default: bytes.append(byte)
            }
        }
        put("\"")
    }

    private mutating func put(_ text: String) { bytes.append(contentsOf: text.utf8) }
}
