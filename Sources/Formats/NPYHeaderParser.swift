/// The part of Python's literals that NumPy writes as a header:
/// `{'descr': '|u1', 'fortran_order': False, 'shape': (60000, 28, 28), }`.
struct NPYHeaderParser {
    struct Header {
        let description: String
        let isFortranOrder: Bool
        let shape: [Int]
    }

    private let text: [UInt8]
    private let path: String
    private var position = 0

    init(text: [UInt8], path: String) {
        self.text = text
        self.path = path
    }

    mutating func header() throws(FileError) -> Header {
        var description: String?
        var isFortranOrder: Bool?
        var shape: [Int]?
        try expect("{")
        while !take("}") {
            let key = try string()
            try expect(":")
            switch key {
            case "descr" where description == nil: description = try string()
            case "fortran_order" where isFortranOrder == nil: isFortranOrder = try boolean()
            case "shape" where shape == nil: shape = try sizes()
            default: throw malformed("the keys descr, fortran_order and shape once each, found '\(key)'")
            }
            if !take(",") {
                try expect("}")
                break
            }
        }
        skipSpace()
        guard position == text.count else { throw malformed("nothing after the dict") }
        guard let description, let isFortranOrder, let shape else {
            throw malformed("the keys descr, fortran_order and shape, found one missing")
        }
        return Header(description: description, isFortranOrder: isFortranOrder, shape: shape)
    }

    private mutating func string() throws(FileError) -> String {
        for quote: UnicodeScalar in ["'", "\""] where take(quote) {
            guard let end = text[position...].firstIndex(of: UInt8(ascii: quote)) else {
                throw malformed("a closing quote")
            }
            defer { position = end + 1 }
            return String(decoding: text[position..<end], as: UTF8.self)
        }
        throw malformed("a quoted string")
    }

    private mutating func boolean() throws(FileError) -> Bool {
        skipSpace()
        for (word, value) in [("True", true), ("False", false)]
        where text[position...].starts(with: word.utf8) {
            position += word.utf8.count
            return value
        }
        throw malformed("True or False")
    }

    /// A tuple of sizes: `()`, `(3,)`, `(2, 3)`, `(2L, 3L)`; `(3)` is no tuple.
    private mutating func sizes() throws(FileError) -> [Int] {
        var sizes: [Int] = []
        var hasComma = false
        try expect("(")
        while !take(")") {
            sizes.append(try size())
            let isFollowed = take(",")
            hasComma = hasComma || isFollowed
            if !isFollowed {
                try expect(")")
                break
            }
        }
        guard sizes.count != 1 || hasComma else { throw malformed("a tuple as shape, found an integer") }
        return sizes
    }

    private mutating func size() throws(FileError) -> Int {
        skipSpace()
        let start = position
        while position < text.count, UInt8(ascii: "0")...UInt8(ascii: "9") ~= text[position] { position += 1 }
        guard let size = Int(String(decoding: text[start..<position], as: UTF8.self)) else {
            throw malformed("a size from 0 on")
        }
        _ = take("L")
        return size
    }

    private mutating func expect(_ character: UnicodeScalar) throws(FileError) {
        guard take(character) else { throw malformed("'\(character)'") }
    }

    private mutating func take(_ character: UnicodeScalar) -> Bool {
        skipSpace()
        guard position < text.count, text[position] == UInt8(ascii: character) else { return false }
        position += 1
        return true
    }

    private mutating func skipSpace() {
        while position < text.count, [0x20, 0x09, 0x0A, 0x0D].contains(text[position]) { position += 1 }
    }

    private func malformed(_ expected: String) -> FileError {
        .malformed(path, "NumPy header, byte \(position): expected \(expected)")
    }
}
