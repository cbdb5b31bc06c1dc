/// A recursive-descent reader; `JSON.maximumDepth` bounds the recursion.
struct JSONParser {
    private let bytes: [UInt8]
    private var position = 0
    private var depth = 0

    init(bytes: [UInt8]) { self.bytes = bytes }

    mutating func document() throws(JSONError) -> JSON {
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) {
            throw JSONError(offset: 0, reason: "expected a value, found a byte order mark")
        }
        if let offset = firstInvalidUTF8(in: bytes) {
            throw JSONError(offset: offset, reason: "expected UTF-8, found an invalid sequence")
        }
        let value = try value()
        skipSpace()
        guard position == bytes.count else { throw unexpected("the end after the value") }
        return value
    }

    private mutating func value() throws(JSONError) -> JSON {
        skipSpace()
        switch peek {
        case UInt8(ascii: "{"): return try nested { parser throws(JSONError) in try parser.object() }
        case UInt8(ascii: "["): return try nested { parser throws(JSONError) in try parser.array() }
        case UInt8(ascii: "\""): return .string(try string())
        case let byte? where byte == UInt8(ascii: "-") || isDigit(byte): return try number()
        case UInt8(ascii: "t"): return try word("true", .bool(true))
        case UInt8(ascii: "f"): return try word("false", .bool(false))
        case UInt8(ascii: "n"): return try word("null", .null)
        default: throw unexpected("a value")
        }
    }

    private mutating func nested(
        _ read: (inout JSONParser) throws(JSONError) -> JSON
    ) throws(JSONError) -> JSON {
        guard depth < JSON.maximumDepth else {
            throw JSONError(offset: position, reason: "expected at most \(JSON.maximumDepth) nested levels")
        }
        depth += 1
        position += 1
        let value = try read(&self)
        depth -= 1
        return value
    }

    private mutating func array() throws(JSONError) -> JSON {
        var elements: [JSON] = []
        skipSpace()
        if take("]") { return .array(elements) }
        while true {
            elements.append(try value())
            skipSpace()
            if take("]") { return .array(elements) }
            guard take(",") else { throw unexpected("',' or ']' after an element") }
        }
    }

    private mutating func object() throws(JSONError) -> JSON {
        var object = JSONObject()
        skipSpace()
        if take("}") { return .object(object) }
        while true {
            skipSpace()
            let start = position
            guard peek == UInt8(ascii: "\"") else { throw unexpected("a key in double quotes") }
            let key = try string()
            skipSpace()
            guard take(":") else { throw unexpected("':' after key \"\(key)\"") }
            guard object.append(key, try value()) else {
                throw JSONError(offset: start, reason: "expected unique keys, found \"\(key)\" twice")
            }
            skipSpace()
            if take("}") { return .object(object) }
            guard take(",") else { throw unexpected("',' or '}' after a member") }
        }
    }

    private mutating func number() throws(JSONError) -> JSON {
        let start = position
        _ = take("-")
        if take("0") {
            if let next = peek, isDigit(next) { throw unexpected("no digit after a leading zero") }
        } else {
            try digits()
        }
        var isWhole = true
        if take(".") {
            isWhole = false
            try digits()
        }
        if take("e") || take("E") {
            isWhole = false
            if !take("+") { _ = take("-") }
            try digits()
        }
        let text = String(decoding: bytes[start..<position], as: UTF8.self)
        if isWhole, let integer = Int(text) { return .integer(integer) }
        guard let number = Double(text), number.isFinite else {
            throw JSONError(offset: start, reason: "expected a number that fits a Double, found \(text)")
        }
        return .number(number)
    }

    private mutating func digits() throws(JSONError) {
        guard let first = peek, isDigit(first) else { throw unexpected("a digit") }
        while let next = peek, isDigit(next) { position += 1 }
    }

    private mutating func word(_ word: StaticString, _ value: JSON) throws(JSONError) -> JSON {
        let expected = UnsafeBufferPointer(start: word.utf8Start, count: word.utf8CodeUnitCount)
        guard bytes[position...].starts(with: expected) else { throw unexpected("'\(word)'") }
        position += expected.count
        return value
    }

    private mutating func string() throws(JSONError) -> String {
        let opening = position
        position += 1
        var runStart = position
        var unescaped: [UInt8] = []
        while let byte = peek {
            switch byte {
            case UInt8(ascii: "\""):
                defer { position += 1 }
                // The usual string has no escape and is decoded straight from the input.
                if unescaped.isEmpty { return String(decoding: bytes[runStart..<position], as: UTF8.self) }
                return String(decoding: unescaped + bytes[runStart..<position], as: UTF8.self)
            case UInt8(ascii: "\\"):
                unescaped += bytes[runStart..<position]
                unescaped += try escape().utf8
                runStart = position
            case 0..<0x20:
                throw unexpected("control characters in a string to be escaped")
            default:
                position += 1
            }
        }
        throw JSONError(offset: opening, reason: "expected a closing '\"' for this string, found the end")
    }

    private mutating func escape() throws(JSONError) -> String {
        position += 1
        guard let kind = peek else { throw unexpected("an escaped character") }
        switch kind {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"):
            position += 1
            return String(UnicodeScalar(kind))
        case UInt8(ascii: "b"): return simple("\u{8}")
        case UInt8(ascii: "f"): return simple("\u{C}")
        case UInt8(ascii: "n"): return simple("\n")
        case UInt8(ascii: "r"): return simple("\r")
        case UInt8(ascii: "t"): return simple("\t")
        case UInt8(ascii: "u"): return String(try unicodeEscape())
        default: throw unexpected("one of \" \\ / b f n r t u after '\\'")
        }
    }

    private mutating func simple(_ text: String) -> String {
        position += 1
        return text
    }

    private mutating func unicodeEscape() throws(JSONError) -> UnicodeScalar {
        let start = position - 1
        let unit = try hexUnit()
        if let scalar = UnicodeScalar(unit) { return scalar }
        if UTF16.isLeadSurrogate(UInt16(unit)), take("\\"), peek == UInt8(ascii: "u") {
            let second = try hexUnit()
            if UTF16.isTrailSurrogate(UInt16(second)) {
                return UnicodeScalar(0x10000 + (unit - 0xD800) << 10 + (second - 0xDC00))!
            }
        }
        throw JSONError(offset: start, reason: "expected a pair of surrogates, found a lone one")
    }

    /// Reads `uXXXX` from the `u` on.
    private mutating func hexUnit() throws(JSONError) -> UInt32 {
        position += 1
        var unit: UInt32 = 0
        for _ in 0..<4 {
            guard let digit = peek.flatMap({ Character(UnicodeScalar($0)).hexDigitValue }) else {
                throw unexpected("four hexadecimal digits after '\\u'")
            }
            unit = unit << 4 + UInt32(digit)
            position += 1
        }
        return unit
    }

    private var peek: UInt8? { position < bytes.count ? bytes[position] : nil }

    private mutating func take(_ character: UnicodeScalar) -> Bool {
        guard peek == UInt8(ascii: character) else { return false }
        position += 1
        return true
    }

    private mutating func skipSpace() {
        while let byte = peek, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { position += 1 }
    }

    private func isDigit(_ byte: UInt8) -> Bool { UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte }

    private func unexpected(_ expected: String) -> JSONError {
        guard let byte = peek else {
            return JSONError(offset: position, reason: "expected \(expected), found the end")
        }
        let isPrintable = 0x21..<0x7F ~= byte
        let found = isPrintable ? "'\(UnicodeScalar(byte))'" : "byte 0x" + String(byte, radix: 16)
        return JSONError(offset: position, reason: "expected \(expected), found \(found)")
    }
}

/// The offset of the first byte that no valid UTF-8 text could have there, or nil.
private func firstInvalidUTF8(in bytes: [UInt8]) -> Int? {
    if String(validating: bytes, as: UTF8.self) != nil { return nil }
    var decoder = UTF8()
    var iterator = bytes.makeIterator()
    var offset = 0
    while case .scalarValue(let scalar) = decoder.decode(&iterator) { offset += UTF8.width(scalar) }
    return offset
}
