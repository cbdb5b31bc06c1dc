/// Text laid out in 80 columns: paragraphs, and sections of terms with their meanings beside them.
struct HelpPage {
    static let columns = 80
    private static let meaningColumn = 27

    private(set) var text = ""

    mutating func paragraph(_ words: String) {
        if !text.isEmpty { text += "\n" }
        for line in Self.wrap(words, width: Self.columns) { text += line + "\n" }
    }

    /// A heading and what `content` puts below it; nothing where it puts nothing.
    mutating func section(_ title: String, content: (inout HelpPage) -> Void) {
        var body = HelpPage()
        content(&body)
        guard !body.text.isEmpty else { return }
        if !text.isEmpty { text += "\n" }
        text += "\(title):\n\(body.text)"
    }

    /// A term with its meaning in the second column, on a line of its own where the term is too long.
    mutating func item(_ term: String, _ meaning: String) {
        let indent = String(repeating: " ", count: Self.meaningColumn)
        var prefix = "  \(term)"
        if prefix.count + 2 > Self.meaningColumn {
            text += prefix + "\n"
            prefix = indent
        }
        for line in Self.wrap(meaning, width: Self.columns - Self.meaningColumn) {
            text += prefix + String(repeating: " ", count: Self.meaningColumn - prefix.count) + line + "\n"
            prefix = indent
        }
    }

    /// A line that is not wrapped, such as an example.
    mutating func verbatim(_ line: String) {
        text += "  \(line)\n"
    }

    /// Breaks words into lines of at most `width` characters; a longer word has a line of its own.
    static func wrap(_ words: String, width: Int) -> [String] {
        var lines: [String] = []
        for word in words.split(separator: " ") {
            if let line = lines.last, line.count + 1 + word.count <= width {
                lines[lines.count - 1] = "\(line) \(word)"
            } else {
                lines.append(String(word))
            }
        }
        return lines
    }
}
