import Runs
import Training

extension Verb {
    /// The text of `--help`: usage, options by group with every default, environment, exit status, examples.
    ///
    /// - Parameter commands: the verbs to list first, where this is the help of the whole program.
    func help(of program: TrainerCommand, listing commands: [Verb] = []) -> String {
        var page = HelpPage()
        let synopsis = operands.map { " \($0.placeholder)" } ?? ""
        if commands.isEmpty {
            page.paragraph("Usage: \(program.name) \(name) [OPTIONS]\(synopsis)")
            page.paragraph(summary)
        } else {
            page.paragraph("Usage: \(program.name) [COMMAND] [OPTIONS]")
            page.paragraph(program.summary)
            page.section("Commands") {
                for verb in commands { $0.item(verb.name, verb.summary) }
                $0.item("help [COMMAND]", "Print the help of a command.")
            }
            page.paragraph(
                "Without a command, \(program.name) means \(program.name) \(name); its options follow.")
        }
        listOptions(on: &page)
        for section in sections {
            page.section(section.title) {
                for item in section.items { $0.item(item.term, item.meaning) }
            }
        }
        page.section("Exit status") {
            for status in ExitStatus.allCases { $0.item("\(status.rawValue)", status.meaning) }
        }
        page.section("Examples") {
            for example in examples { $0.verbatim(example) }
        }
        return page.text
    }

    private func listOptions(on page: inout HelpPage) {
        var groups: [String] = []
        for group in options.map(\.setting.group) where !groups.contains(group) { groups.append(group) }
        for group in groups {
            page.section(group) {
                for option in options where option.setting.group == group {
                    let setting = option.setting
                    let term = setting.isSwitch ? setting.flag : "\(setting.flag) \(setting.placeholder)"
                    $0.item(term, "\(setting.help) (\(note(on: option)))")
                }
            }
        }
        page.section("Help") {
            $0.item("-h, --help", "print this help")
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
