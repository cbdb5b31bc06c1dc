import TestSupport

/// Damages bytes and texts in the ways that files are damaged, and in the ways that an attacker would.
struct Damage {
    var random: SplitMix

    init(seed: UInt64, number: Int) {
        random = SplitMix(seed: seed &* 0x9E37_79B9_7F4A_7C15 &+ UInt64(number))
    }

    mutating func pick<Element>(_ choices: [Element]) -> Element {
        choices[Int.random(in: 0..<choices.count, using: &random)]
    }

    mutating func chance(_ oneIn: Int) -> Bool { Int.random(in: 0..<oneIn, using: &random) == 0 }

    /// Cut short, lengthened, flipped, overwritten, removed, repeated; or numbers of two, four and eight bytes made absurd.
    mutating func bytes(_ original: [UInt8], most: Int = 3) -> [UInt8] {
        var bytes = original
        for _ in 0..<Int.random(in: 1...most, using: &random) where !bytes.isEmpty {
            let place = Int.random(in: 0..<bytes.count, using: &random)
            switch Int.random(in: 0..<9, using: &random) {
            case 0: bytes.removeSubrange(place...)
            case 1: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
            case 2: bytes[place] = .random(in: 0...255, using: &random)
            case 3: bytes[place] = pick([0, 1, 0x22, 0x2C, 0x2D, 0x30, 0x39, 0x5B, 0x7B, 0x7F, 0x80, 0xFF])
            case 4: bytes.remove(at: place)
            case 5: bytes.insert(bytes[place], at: place)
            case 6:
                let value = pick([0, 1, 0x7F, 0xFF] as [UInt8])
                let end = min(place + pick([2, 4, 8]), bytes.count)
                for offset in place..<end { bytes[offset] = value }
            case 7:
                let end = min(place + Int.random(in: 1...64, using: &random), bytes.count)
                bytes.insert(contentsOf: bytes[place..<end], at: end)
            default:
                let end = min(place + Int.random(in: 1...32, using: &random), bytes.count)
                bytes.removeSubrange(place..<end)
            }
        }
        return bytes
    }

    /// What may stand where a number stands.
    static let numbers = [
        "-1", "0", "1", "2", "255", "256", "65535", "65536", "100000", "2147483647", "2147483648",
        "4294967296", "1073741824", "4611686018427387904", "9223372036854775807", "-9223372036854775808",
        "9223372036854775808", "18446744073709551616", "1e-46", "0.99999998", "0.9999999999999999",
        "1e38", "3.5e38", "1e308", "1e309", "-0.0", "1e-320", "5e-324", "null", "true", "\"\"", "\"x\"", "[]",
        "{}", "NaN",
    ]

    /// One to three of a text's numbers replaced by others, or its bytes damaged.
    mutating func text(_ original: String) -> String {
        if chance(5) { return String(decoding: bytes(Array(original.utf8)), as: UTF8.self) }
        var text = original
        for _ in 0..<Int.random(in: 1...3, using: &random) {
            let runs = Self.numberRuns(in: text)
            guard !runs.isEmpty else { break }
            text.replaceSubrange(pick(runs), with: pick(Self.numbers))
        }
        return text
    }

    private static func numberRuns(in text: String) -> [Range<String.Index>] {
        var runs: [Range<String.Index>] = []
        var index = text.startIndex
        while index < text.endIndex {
            guard text[index].isNumber || text[index] == "-" else {
                index = text.index(after: index)
                continue
            }
            let start = index
            while index < text.endIndex, text[index].isNumber || "-+.eE".contains(text[index]) {
                index = text.index(after: index)
            }
            runs.append(start..<index)
        }
        return runs
    }
}
