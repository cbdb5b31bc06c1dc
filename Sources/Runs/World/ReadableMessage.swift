extension StandardError {
    private static let longestLine = 2000
    private static let mostLines = 20
    /// The share of a long line that its end gets: there stands what to do.
    private static let end = 600

    /// A message as a person can read it, whatever names and values of files it quotes: at most 20 lines of at most 2,000
    /// characters, without control characters.
    public static func readable(_ message: String) -> String {
        let lines = message.unicodeScalars.split(
            separator: "\n", maxSplits: mostLines, omittingEmptySubsequences: false)
        var told = lines.prefix(mostLines).map(readableLine)
        if lines.count > mostLines { told.append("… (more lines are left out)") }
        return told.joined(separator: "\n")
    }

    private static func readableLine(_ line: Substring.UnicodeScalarView) -> String {
        let count = line.count
        guard count > longestLine else { return text(line) }
        let start = line.prefix(longestLine - end - 100)
        let left = count - start.count - end
        return text(start) + " … (\(left) characters are left out) … " + text(line.suffix(end))
    }

    private static func text(_ scalars: Substring.UnicodeScalarView) -> String {
        var text = ""
        for scalar in scalars { text.unicodeScalars.append(isPlain(scalar) ? scalar : "\u{FFFD}") }
        return text
    }

    private static func isPlain(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control: scalar == "\t"
        case .lineSeparator, .paragraphSeparator: false
        // Those that turn the direction of what follows.
        case .format: !(0x202A...0x202E ~= scalar.value || 0x2066...0x2069 ~= scalar.value)
        default: true
        }
    }
}
