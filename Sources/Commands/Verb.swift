import Runs
import Training

/// One command of the program: its options as data, and what they amount to.
///
/// A new verb is one file: a structure of options, their fields, a `Verb`, and its place among a program's `verbs`.
struct Verb: Sendable {
    /// What the program is called.
    let program: String
    let name: String
    /// One sentence for `--help`.
    let summary: String
    let options: [Option]
    /// The keys of those that `-h` lists; nil for all.
    var usual: [String]?
    /// Other spellings of options: `-np` for `--np`.
    var aliases: [String: String] = [:]
    /// The arguments that are not options; none by default.
    var operands: Operands?
    /// What `--help` explains besides the options.
    let sections: [Section]
    let examples: [String]
    /// Texts of their own, such as that of `--help-chaos`.
    var furtherHelp: [String: String] = [:]
    let command: @Sendable (Arguments) throws(UsageError) -> Command

    struct Option: Sendable {
        let setting: Setting
        /// For `--help`; `nil` where the option must be given.
        let defaultText: String?
    }

    /// Terms with a meaning each, under a title.
    struct Section: Sendable {
        let title: String
        let items: [(term: String, meaning: String)]
    }

    struct Operands: Sendable {
        let placeholder: String
        let count: ClosedRange<Int>
    }

    /// What a command line holds after the verb.
    struct Arguments: Sendable {
        var flags = SettingsLayer()
        var operands: [String] = []
        /// What the environment says about the verb's options.
        var environment = SettingsLayer()
    }
}

extension Verb.Option {
    /// The option of a field; an empty default means that it must be given.
    init<Root>(_ field: Field<Root>, defaultText text: String) {
        setting = field.setting
        defaultText = text.isEmpty ? nil : setting.environment.map { "$\($0), else \(text)" } ?? text
    }

    /// The option of a verb that looks at a trained model, with the field's value in `root` as its default.
    init<Root>(_ field: Field<Root>, in root: Root, _ program: TrainerCommand) {
        let text = field.text(in: root)
        setting = field.setting
        defaultText =
            text.isEmpty
            ? nil
            : setting.environment.map { "\(text), else $\($0), else \(program.catalog.defaultData)" } ?? text
    }
}
