/// A score among texts, as checkpoints keep it.
extension Score {
    /// Every number by its name.
    var texts: [(name: String, text: String)] {
        [("samples", "\(samples)")] + zip(metrics.sumNames, sums).map { ($0, "\($1)") }
            + zip(metrics.countNames, counts).map { ($0, "\($1)") }
    }

    /// What any count of samples, steps or bytes can be: sums of several are numbers still.
    static let countRange = 0...1 << 53

    /// Takes the numbers that are there; metrics that are not there start anew.
    ///
    /// - Throws: the name of a number whose text is none, or none that it can have.
    mutating func restore(_ texts: [String: String]) throws(UnreadableNumber) {
        clear()
        samples = try Self.count("samples", in: texts)
        for (place, name) in metrics.sumNames.enumerated() {
            guard let text = texts[name] else { continue }
            guard let sum = Double(text), sum.isFinite else {
                throw UnreadableNumber(name: name, text: text, expected: "a finite number")
            }
            sums[place] = sum
        }
        for (place, name) in metrics.countNames.enumerated() {
            counts[place] = try Self.count(name, in: texts)
        }
    }

    struct UnreadableNumber: Error { let name, text, expected: String }

    private static func count(_ name: String, in texts: [String: String]) throws(UnreadableNumber) -> Int {
        guard let text = texts[name] else { return 0 }
        guard let number = Int(text), countRange.contains(number) else {
            throw UnreadableNumber(name: name, text: text, expected: "a number from 0 to 2^53")
        }
        return number
    }
}
