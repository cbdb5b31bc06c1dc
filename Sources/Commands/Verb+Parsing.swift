import Runs
import Training

extension Verb {
    /// Reads the arguments after the verb, GNU style: `--name value`, `--name=value`, `--switch`,
    /// `--no-switch`, `--` before operands only; the last of repeated options wins, and nothing may be
    /// abbreviated.
    ///
    /// - Parameter help: makes the text that `--help` prints, or with `true` that of `-h`.
    func parse(
        _ words: ArraySlice<String>, environment: [String: String], help: (_ isShort: Bool) -> String
    ) throws(UsageError) -> Command {
        var arguments = Arguments()
        var rest = words
        do throws(UsageError) {
            while let word = rest.popFirst() {
                switch word {
                case "--help", "-h": return .help(help(word == "-h"))
                case "--version", "-V": return .version
                case _ where furtherHelp[word] != nil: return .help(furtherHelp[word] ?? "")
                case "--":
                    arguments.operands += rest
                    rest = []
                case _ where word.hasPrefix("-") && word != "-":
                    try read(option: word, rest: &rest, into: &arguments.flags)
                default: arguments.operands.append(word)
                }
            }
            try check(arguments)
            arguments.environment = try SettingsLayer(
                environment: environment, settings: options.map(\.setting))
            return try command(arguments)
        } catch {
            var error = error
            error.hint = error.hint ?? "Try '\(program) \(name) --help' for more information."
            throw error
        }
    }

    private func read(
        option word: String, rest: inout ArraySlice<String>, into flags: inout SettingsLayer
    ) throws(UsageError) {
        let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(
            String.init)
        let flag = aliases[parts[0]] ?? parts[0]
        if let setting = options.map(\.setting).first(where: { $0.isSwitch && Self.negation(of: $0) == flag })
        {
            try refuseValue(parts, of: setting)
            return try flags.set(setting, to: false, from: flag)
        }
        guard let setting = options.map(\.setting).first(where: { $0.flag == flag }) else {
            throw UsageError("unrecognized option '\(flag)'" + suggestion(for: flag, among: knownFlags))
        }
        if setting.isSwitch {
            try refuseValue(parts, of: setting)
            return try flags.set(setting, to: true, from: flag)
        }
        // A word in "--" is an option whose predecessor lost its value: no value of ours starts so.
        guard let value = parts.count > 1 ? parts[1] : rest.first.flatMap({ $0.hasPrefix("--") ? nil : $0 })
        else {
            throw UsageError("option '\(flag)' needs a value: \(flag) \(setting.placeholder)")
        }
        if parts.count == 1 { rest.removeFirst() }
        try flags.set(setting, to: setting.value(of: value), from: flag)
    }

    private func refuseValue(_ parts: [String], of setting: Setting) throws(UsageError) {
        guard parts.count == 1 else {
            throw UsageError(
                "option '\(parts[0])' takes no value: use \(setting.flag) or \(Self.negation(of: setting))")
        }
    }

    private func check(_ arguments: Arguments) throws(UsageError) {
        for option in options where option.defaultText == nil && arguments.flags[option.setting.key] == nil {
            throw UsageError("option '\(option.setting.flag)' is required")
        }
        let found = arguments.operands
        let count = operands?.count ?? 0...0
        if found.count > count.upperBound {
            throw UsageError("unexpected argument '\(found[count.upperBound])'")
        }
        if let operands, found.count < count.lowerBound {
            throw UsageError("missing argument: \(operands.placeholder)")
        }
    }

    private var knownFlags: [String] {
        options.map(\.setting.flag) + options.map(\.setting).filter(\.isSwitch).map(Self.negation)
            + furtherHelp.keys + ["--help", "--version"]
    }

    /// `--no-nesterov` for the switch `--nesterov`.
    private static func negation(of setting: Setting) -> String {
        "--no-" + setting.flag.dropFirst(2)
    }
}
