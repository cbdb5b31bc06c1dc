import Runs

extension TrainerCommand {
    /// Reads the arguments after the program's name; the verb `train` may be left out.
    ///
    /// - Throws: `UsageError`, always with a hint.
    func parse(_ arguments: [String], environment: [String: String]) throws(UsageError) -> Command {
        var rest = arguments[...]
        guard let word = rest.first, !word.hasPrefix("-") else {
            return try Verb.train(self).parse(rest, environment: environment, help: { wholeHelp })
        }
        rest.removeFirst()
        if word == "help" { return .help(try helpText(about: Array(rest))) }
        let verb = try verb(named: word)
        return try verb.parse(rest, environment: environment, help: { verb.help(of: self) })
    }

    private var wholeHelp: String { Verb.train(self).help(of: self, listing: verbs) }

    private func helpText(about words: [String]) throws(UsageError) -> String {
        switch words.count {
        case 0: return wholeHelp
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
