import Runs
import Training

/// What the command line asks for.
enum Command: Equatable, Sendable {
    case train(TrainOptions)
    case evaluate(EvaluateOptions)
    case predict(PredictOptions)
    case visualize(VisualizeOptions)
    case bench(BenchOptions)
    /// A text for stdout.
    case help(String)
    case version

    /// Reads the arguments after the program's name; the verb `train` may be left out.
    ///
    /// - Throws: `UsageError`, always with a hint.
    init(parsing arguments: [String], environment: [String: String]) throws(UsageError) {
        var rest = arguments[...]
        guard let word = rest.first, !word.hasPrefix("-") else {
            self = try Verb.train.parse(
                rest, environment: environment, help: { Verb.train.help(listing: Verb.all) })
            return
        }
        rest.removeFirst()
        if word == "help" {
            self = .help(try Self.helpText(about: Array(rest)))
        } else {
            let verb = try Self.verb(named: word)
            self = try verb.parse(rest, environment: environment, help: { verb.help() })
        }
    }

    private static func helpText(about words: [String]) throws(UsageError) -> String {
        switch words.count {
        case 0: return Verb.train.help(listing: Verb.all)
        case 1: return try verb(named: words[0]).help()
        default: throw UsageError("unexpected argument '\(words[1])'", hint: tryHelp)
        }
    }

    private static func verb(named word: String) throws(UsageError) -> Verb {
        if let verb = Verb.all.first(where: { $0.name == word }) { return verb }
        let names = Verb.all.map(\.name) + ["help"]
        throw UsageError("unknown command '\(word)'" + suggestion(for: word, among: names), hint: tryHelp)
    }

    private static let tryHelp = "Try 'trainer --help' for more information."
}
