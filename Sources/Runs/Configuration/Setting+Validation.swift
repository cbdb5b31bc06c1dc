import Formats

extension Setting {
    /// Reads the text after a flag; what cannot be read stays a string, which ``checked(_:from:)`` refuses.
    public func value(of text: String) -> JSON {
        switch kind {
        case .integer: Int(text).map(JSON.integer) ?? .string(text)
        case .number:
            // Double would also take "nan", "inf" and hexadecimal.
            text.utf8.allSatisfy { "0123456789+-.eE".utf8.contains($0) }
                ? Double(text).map(JSON.number) ?? .string(text) : .string(text)
        case .boolean, .choice, .text: .string(text)
        }
    }

    /// The value in canonical form: null for "not set", a `number` wherever numbers are expected.
    ///
    /// - Parameter origin: where the value comes from, for the message: "--lr", "run.json: lr".
    /// - Throws: `UsageError` that says what is expected and what was found.
    public func checked(_ value: JSON, from origin: String) throws(UsageError) -> JSON {
        if let unset, value == .null || value == .string(unset) { return .null }
        switch (kind, value) {
        case (.integer(let range), .integer(let number)):
            guard range.contains(number) else {
                throw UsageError("\(origin): must be \(Self.words(for: range)), found \(number)")
            }
            return value
        case (.number, .integer(let number)):
            return try checked(.number(Double(number)), from: origin)
        case (.number(let bounds), .number(let number)):
            guard number.isFinite, bounds.contains(number) else {
                throw UsageError("\(origin): must be \(bounds.description), found \(number)")
            }
            guard bounds.survives(number) else {
                throw UsageError(
                    "\(origin): must be \(bounds.description) in single precision too, found \(number), which is "
                        + "\(Float(number)) there")
            }
            return value
        case (.choice(let names), .string(let name)) where !names.contains(name):
            throw UsageError(
                "\(origin): expected \(expectation), found \(value.text)\(suggestion(for: name, among: names))"
            )
        case (.text, .string("")):
            throw UsageError("\(origin): must not be empty")
        case (.boolean, .bool), (.choice, .string), (.text, .string):
            return value
        default:
            throw UsageError("\(origin): expected \(expectation), found \(value.text)")
        }
    }

    /// What a value may be, in words: "an integer or 'none'".
    private var expectation: String {
        let kindInWords =
            switch kind {
            case .integer: "an integer"
            case .number: "a number"
            case .boolean: "true or false"
            case .choice(let names): (names.count == 1 ? "" : "one of ") + names.joined(separator: ", ")
            case .text: "a string"
            }
        return unset.map { "\(kindInWords) or '\($0)'" } ?? kindInWords
    }

    private static func words(for range: ClosedRange<Int>) -> String {
        range.upperBound == Int.max
            ? "at least \(range.lowerBound)" : "from \(range.lowerBound) to \(range.upperBound)"
    }
}

extension Setting.Bounds {
    public static let positive = Self("greater than 0") { $0 > 0 }
    public static let nonNegative = Self("at least 0") { $0 >= 0 }
    /// A share of the past that fades: `0 ..< 1`.
    public static let decay = Self("at least 0 and less than 1") { $0 >= 0 && $0 < 1 }
    /// Those that training rounds to single precision. What would be something else there is refused: 0.99999998 would be
    /// 1, and 1e-46 nothing.
    public var inSinglePrecision: Self {
        var bounds = self
        bounds.isSinglePrecision = true
        return bounds
    }

    /// Whether a number that is within the bounds still is when training computes with it: what is below the smallest
    /// normal number is zero there.
    func survives(_ number: Double) -> Bool {
        let rounded = Float(number)
        return !isSinglePrecision || number == 0 || rounded.isNormal && contains(Double(rounded))
    }

    /// A factor that never lets a value grow: `0 < x ≤ 1`.
    public static let shrinking = Self("greater than 0 and at most 1") { $0 > 0 && $0 <= 1 }
}

extension Setting.Kind {
    /// Whole numbers from a bound on; the upper bound keeps products of two settings within an `Int`.
    public static func integer(from lower: Int) -> Self { .integer(lower...1_000_000_000) }

    /// The cases of an enumeration by their names.
    public static func choice<Value: CaseIterable & RawRepresentable<String>>(_: Value.Type) -> Self {
        .choice(Value.allCases.map(\.rawValue))
    }
}
