/// A score among texts, as checkpoints keep it.
extension Score {
    /// Every number by its name.
    var texts: [(name: String, text: String)] {
        [("samples", "\(samples)")] + zip(metrics.sumNames, sums).map { ($0, "\($1)") }
            + zip(metrics.countNames, counts).map { ($0, "\($1)") }
    }

    /// Takes the numbers that are there; metrics that are not there start anew.
    ///
    /// - Throws: the name of a number whose text is none.
    mutating func restore(_ texts: [String: String]) throws(UnreadableNumber) {
        clear()
        samples = try Self.number("samples", in: texts) ?? 0
        for (place, name) in metrics.sumNames.enumerated() {
            sums[place] = try Self.number(name, in: texts) ?? 0
        }
        for (place, name) in metrics.countNames.enumerated() {
            counts[place] = try Self.number(name, in: texts) ?? 0
        }
    }

    struct UnreadableNumber: Error { let name, text: String }

    private static func number<Number: LosslessStringConvertible>(
        _ name: String, in texts: [String: String]
    ) throws(UnreadableNumber) -> Number? {
        guard let text = texts[name] else { return nil }
        guard let number = Number(text) else { throw UnreadableNumber(name: name, text: text) }
        return number
    }
}
