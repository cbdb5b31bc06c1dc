import Runs

extension TrainerCommand {
    /// Reads the arguments after the program's name; the verb `train` may be left out.
    ///
    /// - Throws: `UsageError`, always with a hint.
    func parse(_ arguments: [String], environment: [String: String]) throws(UsageError) -> Command {
        var rest = arguments[...]
        guard let word = rest.first, !word.hasPrefix("-") else {
            let train = Verb.train(self)
            return try train.parse(rest, environment: environment) { isShort in
                isShort ? train.shortHelp(of: self, listing: verbs) : wholeHelp
            }
        }
        rest.removeFirst()
        if word == "help" {
            if let option = rest.first, ["-h", "--help"].contains(option) { return .help(helpOfHelp) }
            return .help(try helpText(about: Array(rest)))
        }
        let verb = try verb(named: word)
        return try verb.parse(rest, environment: environment) { isShort in
            isShort ? verb.shortHelp(of: self) : verb.help(of: self)
        }
    }

    private var wholeHelp: String { Verb.train(self).help(of: self, listing: verbs) }

    private var helpOfHelp: String {
        var page = HelpPage()
        page.paragraph("Usage: \(name) help [COMMAND]")
        page.paragraph(
            "Print the help of a command, the same as '\(name) COMMAND --help'; without one, that of the "
                + "whole program, the same as '\(name) --help'.")
        page.section("Commands") {
            for verb in verbs { $0.item(verb.name, verb.summary) }
        }
        return page.text
    }

    private func helpText(about words: [String]) throws(UsageError) -> String {
        switch words.count {
        case 0: return wholeHelp
        case 1 where words[0] == "help": return helpOfHelp
        case 1: return try verb(named: words[0]).help(of: self)
        default: throw UsageError("unexpected argument '\(words[1])'", hint: tryHelp)
        }
    }

    private func verb(named word: String) throws(UsageError) -> Verb {
        if let verb = verbs.first(where: { $0.name == word }) { return verb }
        let names = verbs.map(\.name) + ["help"]
        throw UsageError("unknown command '\(word)'" + suggestion(for: word, among: names), hint: tryHelp)
    }

    private var tryHelp: String { "Try '\(name) --help' for more information." }
}
