import TestSupport
import Testing

@testable import Formats

@Suite struct JSONTests {
    static let values: [(String, JSON)] = [
        ("null", .null), (" true ", true), ("false", false), ("0", 0), ("-12", -12), ("1.5", 1.5),
        ("-0.0", .number(-0.0)), ("1e3", 1000.0), ("2E-2", 0.02), ("9223372036854775807", .integer(.max)),
        ("9223372036854775808", .number(0x1p63)), ("\"a\\u00e9\\n\\ud83d\\ude00/\\/\"", "aé\n😀//"),
        ("[]", []), ("[1, [2]]", [1, [2]]), ("{}", [:]),
        ("{\"b\":1,\"a\":{\"c\":null}}", ["b": 1, "a": ["c": .null]]),
    ]

    @Test(arguments: values)
    func readsValues(text: String, expected: JSON) throws {
        #expect(try JSON(parsing: text) == expected)
    }

    @Test(arguments: [
        ("", "byte 0: expected a value, found the end"),
        ("[1,]", "byte 3: expected a value, found ']'"),
        ("[1 2]", "byte 3: expected ',' or ']' after an element, found '2'"),
        ("{\"a\":1,}", "byte 7: expected a key in double quotes, found '}'"),
        ("{\"a\" 1}", "byte 5: expected ':' after key \"a\", found '1'"),
        ("{\"a\":1 \"b\"}", "byte 7: expected ',' or '}' after a member, found '\"'"),
        ("{\"a\":1,\"a\":2}", "byte 7: expected unique keys, found \"a\" twice"),
        ("01", "byte 1: expected no digit after a leading zero, found '1'"),
        ("-", "byte 1: expected a digit, found the end"),
        ("1.", "byte 2: expected a digit, found the end"),
        ("1e999", "byte 0: expected a number that fits a Double, found 1e999"),
        ("+1", "byte 0: expected a value, found '+'"),
        ("NaN", "byte 0: expected a value, found 'N'"),
        ("nul", "byte 0: expected 'null', found 'n'"),
        ("{} x", "byte 3: expected the end after the value, found 'x'"),
        ("{}\0", "byte 2: expected the end after the value, found byte 0x0"),
        ("\"a", "byte 0: expected a closing '\"' for this string, found the end"),
        ("\"\n\"", "byte 1: expected control characters in a string to be escaped, found byte 0xa"),
        ("\"\\x\"", "byte 2: expected one of \" \\ / b f n r t u after '\\', found 'x'"),
        ("\"\\u12g4\"", "byte 5: expected four hexadecimal digits after '\\u', found 'g'"),
        ("\"\\ud800\"", "byte 1: expected a pair of surrogates, found a lone one"),
        ("\u{FEFF}1", "byte 0: expected a value, found a byte order mark"),
        (String(repeating: "[", count: 65), "byte 64: expected at most 64 nested levels"),
    ])
    func refusesWithPlaceAndReason(text: String, message: String) {
        let error = #expect(throws: JSONError.self) { try JSON(parsing: text) }
        #expect(error?.description == message)
    }

    @Test func refusesInvalidUTF8() {
        let error = #expect(throws: JSONError.self) { try JSON(parsing: [0x22, 0x61, 0xFF, 0x22]) }
        #expect(error?.description == "byte 2: expected UTF-8, found an invalid sequence")
    }

    @Test func writesDeterministicText() {
        let value: JSON = [
            "kind": "step", "loss": 0.1, "lr": .number(1e-5), "step": 3, "bad": .number(.nan), "on": true,
            "list": [1, "a\"\\\n\u{1}\u{1f}é"], "none": [:],
        ]
        #expect(
            value.text
                == #"{"kind":"step","loss":0.1,"lr":1e-05,"step":3,"bad":null,"on":true,"#
                + #""list":[1,"a\"\\\n\u0001\u001fé"],"none":{}}"#)
        let nested: JSON = ["a": [1, ["b": []]]]
        #expect(
            nested.prettyText == """
                {
                  "a": [
                    1,
                    {
                      "b": []
                    }
                  ]
                }

                """)
    }

    @Test func textReadsBackEqual() throws {
        var random = SplitMix(seed: 1)
        let value = JSON.array((0..<500).map { _ in random.json(depth: 4) })
        #expect(try JSON(parsing: value.text) == value)
        #expect(try JSON(parsing: value.prettyText) == value)
    }

    @Test func objectKeepsOrderWhileChanged() {
        var object: JSONObject = ["z": 1, "a": 2, "m": 3]
        object["a"] = "two"
        object["b"] = .null
        object["z"] = nil
        #expect(object.keys == ["a", "m", "b"])
        #expect(object["m"] == 3 && object["z"] == nil && object["b"] == .null)
        object["z"] = 4
        #expect(JSON.object(object).text == #"{"a":"two","m":3,"b":null,"z":4}"#)
    }

    @Test func aKeyGivenTwiceIsABug() async {
        await #expect(processExitsWith: .failure) { _ = ["a": 1, "a": 2] as JSONObject }
    }

    @Test func accessorsGiveOnlyTheirKind() {
        let value: JSON = ["i": 2, "d": 2.5, "s": "x", "b": true, "a": [1]]
        #expect(value["i"]?.intValue == 2 && value["i"]?.doubleValue == 2 && value["d"]?.doubleValue == 2.5)
        #expect(
            value["d"]?.intValue == nil && value["s"]?.stringValue == "x" && value["b"]?.boolValue == true)
        #expect(value["a"]?.arrayValue == [1] && value["missing"] == nil && value["a"]?["i"] == nil)
    }

    @Test func mutationsNeverCrash() {
        let text = #"{"a":[1,-2.5e3,true,null,"x\u00e9\ud83d\ude00\n"],"b":{"c":{}, "d":[[]]}}"#
        for bytes in Mutations(of: Array(text.utf8), count: 20_000) {
            guard let value = try? JSON(parsing: bytes) else { continue }
            #expect((try? JSON(parsing: value.text)) == value)
        }
    }
}

extension SplitMix {
    fileprivate mutating func json(depth: Int) -> JSON {
        switch Int.random(in: 0..<(depth > 0 ? 7 : 5), using: &self) {
        case 0: .null
        case 1: .bool(.random(using: &self))
        case 2: .integer(Int(bitPattern: UInt(next())))
        case 3: .number(randomDouble())
        case 4: .string(randomText())
        case 5: .array((0..<3).map { _ in json(depth: depth - 1) })
        default: .object(JSONObject((0..<3).map { ("key\($0)", json(depth: depth - 1)) }))
        }
    }

    private mutating func randomText() -> String {
        String((0..<5).map { _ in Character(UnicodeScalar(UInt32(next() % 0xD800))!) })
    }

    private mutating func randomDouble() -> Double {
        let value = Double(bitPattern: next())
        return value.isFinite ? value : 0.5
    }
}
