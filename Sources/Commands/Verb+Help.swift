import Runs
import Training

extension Verb {
    /// The text of `--help`: usage, options by group with every default, what else there is to know, examples; of the whole
    /// program also the commands, and exit statuses.
    ///
    /// - Parameter commands: the verbs to list first, where this is the help of the whole program.
    func help(of program: TrainerCommand, listing commands: [Verb] = []) -> String {
        var page = HelpPage()
        introduce(on: &page, program, commands)
        if !commands.isEmpty {
            page.paragraph(
                "Without a command, \(program.name) means \(program.name) \(name); its options follow.")
        }
        listOptions(on: &page)
        for section in sections {
            page.section(section.title) {
                for item in section.items { $0.item(item.term, item.meaning) }
            }
        }
        if commands.isEmpty {
            page.paragraph("'\(program.name) --help' lists the exit statuses.")
        } else {
            page.section("Exit status") {
                for status in ExitStatus.allCases { $0.item("\(status.rawValue)", status.meaning) }
            }
        }
        listExamples(on: &page)
        return page.text
    }

    /// The text of `-h`: one page, with what is used most.
    func shortHelp(of program: TrainerCommand, listing commands: [Verb] = []) -> String {
        var page = HelpPage()
        introduce(on: &page, program, commands)
        page.section(usual == nil ? "Options" : "Usual options") {
            for option in options where usual?.contains(option.setting.key) ?? true {
                let meaning = option.setting.help.prefix { $0 != ";" }
                $0.item(term(option.setting), String(meaning))
            }
        }
        listExamples(on: &page)
        let all = commands.isEmpty ? "\(program.name) \(name) --help" : "\(program.name) --help"
        page.paragraph("'\(all)' tells everything, with defaults and units.")
        return page.text
    }

    private func introduce(on page: inout HelpPage, _ program: TrainerCommand, _ commands: [Verb]) {
        guard !commands.isEmpty else {
            page.paragraph(
                "Usage: \(program.name) \(name) [OPTIONS]" + (operands.map { " \($0.placeholder)" } ?? ""))
            return page.paragraph(summary)
        }
        page.paragraph("Usage: \(program.name) [COMMAND] [OPTIONS]")
        page.paragraph(program.summary)
        page.section("Commands") {
            for verb in commands { $0.item(verb.name, verb.summary) }
            $0.item("help [COMMAND]", "Print the help of a command.")
        }
    }

    private func listExamples(on page: inout HelpPage) {
        page.section("Examples") {
            for example in examples { $0.verbatim(example) }
        }
    }

    /// "--epochs N"; "-np N" where that is another spelling.
    private func term(_ setting: Setting) -> String {
        let flag =
            aliases.filter { $0.value == setting.flag }.keys.max { $0.count < $1.count } ?? setting.flag
        return setting.isSwitch ? flag : "\(flag) \(setting.placeholder)"
    }

    private func listOptions(on page: inout HelpPage) {
        let options = options.filter(\.setting.isListed)
        var groups: [String] = []
        for group in options.map(\.setting.group) where !groups.contains(group) { groups.append(group) }
        for group in groups {
            page.section(group) {
                for option in options where option.setting.group == group {
                    $0.item(term(option.setting), "\(option.setting.help) (\(note(on: option)))")
                }
            }
        }
        page.section("Help") {
            $0.item("-h", "print one page of help")
            $0.item("--help", "print all of it")
            $0.item("-V, --version", "print the version and how this program was built")
        }
        if options.contains(where: \.setting.isSwitch) {
            page.paragraph(
                "A switch --x is taken back by --no-x. Where an option is repeated, the last one counts.")
        }
    }

    /// What to know about the value: "one of constant, cosine, step; default: constant".
    private func note(on option: Option) -> String {
        let value = option.defaultText.map { "default: \($0)" } ?? "required"
        guard case .choice(let names) = option.setting.kind else { return value }
        return (names.count == 1 ? names[0] : "one of " + names.joined(separator: ", ")) + "; \(value)"
    }
}
