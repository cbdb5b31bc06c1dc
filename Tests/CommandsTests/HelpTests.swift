import Runs
import Testing
import Training

@testable import Commands

@Suite struct HelpTests {
    @Test func helpIsTheSameHoweverItIsAskedFor() throws {
        for verb in trainer.verbs {
            #expect(try command([verb.name, "--help"]) == command(["help", verb.name]))
        }
        #expect(try command(["--help"]) == command(["help"]))
        #expect(try command(["--epochs", "2", "--help"]) == command(["help"]))
        for arguments in [["help", "help"], ["help", "--help"], ["help", "-h"]] {
            #expect(try text(arguments).hasPrefix("Usage: trainer help [COMMAND]\n"))
        }
    }

    @Test func shortHelpIsOnePage() throws {
        let whole = try text(["-h"])
        #expect(whole.split(separator: "\n", omittingEmptySubsequences: false).count <= 56, "\(whole)")
        for verb in trainer.verbs {
            #expect(whole.contains("  \(verb.name) "))
            let page = try text([verb.name, "-h"])
            #expect(page.split(separator: "\n", omittingEmptySubsequences: false).count <= 48, "\(page)")
            #expect(page.contains("'trainer \(verb.name) --help' tells everything"))
            let known = verb.options.map(\.setting.key)
            for key in verb.usual ?? [] { #expect(known.contains(key), "\(key) of \(verb.name)") }
        }
    }

    @Test func exitStatusesAreListedOnce() throws {
        #expect(try text(["--help"]).contains("Exit status:\n"))
        for verb in trainer.verbs {
            #expect(try !text([verb.name, "--help"]).contains("Exit status:\n"))
        }
    }

    /// What it is, how to get data, how to begin; only where nothing was asked for and there are no data.
    @Test func welcome() throws {
        let lines = try #require(trainer.welcome([], environment: ["TRAINER_DATA": "/nowhere/mnist"])).split(
            separator: "\n", omittingEmptySubsequences: false)
        #expect(lines.count == 8)
        #expect(lines.allSatisfy { $0.count <= 80 }, "\(lines)")
        for words in ["/nowhere/mnist", "scripts/fetch-mnist", "trainer -h", "mpirun -np 4 trainer", "lstm"] {
            #expect(lines.contains { $0.contains(words) }, "\(words)")
        }
        #expect(trainer.welcome(["train"], environment: ["TRAINER_DATA": "/nowhere"]) == nil)
        #expect(trainer.welcome([], environment: ["TRAINER_DATA": "/tmp"]) == nil)
        let own = TrainerCommand(
            name: "mine", models: .article,
            data: [DataDescriptor("drawn", "drawn digits") { _ in fatalError("not loaded here") }])
        #expect(own.welcome([], environment: [:]) == nil)
    }

    @Test(arguments: [["--version"], ["-V"], ["train", "-V"], ["evaluate", "--version"]])
    func version(arguments: [String]) throws {
        #expect(try command(arguments) == .version)
    }

    @Test func everySettingStandsThereWithItsDefault() throws {
        let words = try text(["help", "train"]).split { $0 == " " || $0 == "\n" }.joined(separator: " ")
        let usual = Configuration(trainer.catalog)
        for field in trainer.catalog.fields where field.setting.isListed {
            let setting = field.setting
            let term = setting.isSwitch ? setting.flag : "\(setting.flag) \(setting.placeholder)"
            let start = try #require(words.firstRange(of: "\(term) \(setting.help)"), "\(setting.flag)")
                .lowerBound
            let item = words[start...].prefix { $0 != ")" }
            #expect(item.contains("default: "), "\(setting.flag)")
            if usual.reads(setting.key) { #expect(item.contains(field.text(in: usual)), "\(setting.flag)") }
        }
        #expect(words.contains("learning rate (default: 0.2; rnn: 0.002; cnn, lenet5, perceptron: 0.05;"))
        #expect(words.contains("(default: $TRAINER_DATA, else data/mnist)"))
        let whole = try text(["help"]).split { $0 == " " || $0 == "\n" }.joined(separator: " ")
        for status in Training.ExitStatus.allCases {
            #expect(whole.contains("\(status.rawValue) \(status.meaning)"))
        }
        for model in trainer.catalog.models { #expect(words.contains("\(model.name) \(model.summary)")) }
    }

    @Test func faultsOnPurposeHaveAPageOfTheirOwn() throws {
        #expect(try !text(["help"]).contains("--chaos"))
        let page = try text(["train", "--help-chaos"])
        #expect(page.hasPrefix("Usage: trainer train --chaos"))
        for kind in Fault.Kind.allCases { #expect(page.contains("  \(kind.rawValue):rank=R,")) }
        #expect(try text(["--help-chaos"]) == page)
    }

    @Test func examplesAreTrue() throws {
        for verb in trainer.verbs {
            #expect(verb.examples.count == 3)
            for example in verb.examples {
                let words = example.split(separator: " ").map(String.init)
                let start = try #require(words.firstIndex(of: "trainer"))
                _ = try Command(parsing: Array(words[(start + 1)...].prefix { $0 != ">" }), environment: [:])
            }
        }
    }

    @Test func noLineIsLongerThan80Columns() throws {
        let pages = [["help"], ["-h"], ["help", "help"], ["--help-chaos"]]
        for arguments in pages + trainer.verbs.flatMap({ [["help", $0.name], [$0.name, "-h"]] }) {
            for line in try text(arguments).split(separator: "\n") {
                #expect(line.count <= 80, "\(line)")
                #expect(line.utf8.allSatisfy { $0 < 128 }, "\(line)")
                #expect(line.last != " ", "\(line)")
            }
        }
    }

    @Test func wrapping() {
        #expect(HelpPage.wrap("a bb ccc dddd", width: 4) == ["a bb", "ccc", "dddd"])
        #expect(HelpPage.wrap("abcdefgh i", width: 4) == ["abcdefgh", "i"])
        #expect(HelpPage.wrap("", width: 4).isEmpty)
    }

    private func command(_ arguments: [String]) throws -> Command {
        try Command(parsing: arguments, environment: [:])
    }

    private func text(_ arguments: [String]) throws -> String {
        guard case .help(let text) = try command(arguments) else { return "" }
        return text
    }
}
