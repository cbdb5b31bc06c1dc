import Runs
import Testing
import Training

@testable import Commands

@Suite struct HelpTests {
    @Test(arguments: ["--help", "-h"])
    func helpIsTheSameHoweverItIsAskedFor(flag: String) throws {
        for verb in trainer.verbs {
            #expect(try command([verb.name, flag]) == command(["help", verb.name]))
        }
        #expect(try command([flag]) == command(["help"]))
        #expect(try command(["--epochs", "2", flag]) == command(["help"]))
    }

    @Test(arguments: [["--version"], ["-V"], ["train", "-V"], ["evaluate", "--version"]])
    func version(arguments: [String]) throws {
        #expect(try command(arguments) == .version)
    }

    @Test func everySettingStandsThereWithItsDefault() throws {
        let words = try text(["help", "train"]).split { $0 == " " || $0 == "\n" }.joined(separator: " ")
        let usual = Configuration(trainer.catalog)
        for field in trainer.catalog.fields {
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
        for status in Training.ExitStatus.allCases {
            #expect(words.contains("\(status.rawValue) \(status.meaning)"))
        }
        for model in trainer.catalog.models { #expect(words.contains("\(model.name) \(model.summary)")) }
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
        for arguments in [["help"]] + trainer.verbs.map({ ["help", $0.name] }) {
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
