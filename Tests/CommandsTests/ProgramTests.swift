import Runs
import Testing

@testable import Commands

/// A program of somebody else, whose networks and data are not ours.
private let mine = TrainerCommand(
    name: "mine", summary: "Mine tells spirals apart.",
    models: [
        ModelDescriptor(
            "residual", "two layers and a shortcut",
            tuned: TunedDefaults(optimizer: .adam, learningRate: 0.003),
            settings: [
                OwnSetting("width", default: 64, .integer(1...4096), "N", unit: "units", help: "of a layer")
            ]
        ) { _ in throw CatalogError("not made here") }
    ],
    data: [
        DataDescriptor("spirals", "two spirals, told apart") { _ in throw CatalogError("not loaded here") }
    ])

@Suite struct ProgramTests {
    private func help(_ arguments: [String]) throws -> String {
        guard case .help(let text) = try mine.parse(arguments, environment: [:]) else { return "" }
        return text.split { $0 == " " || $0 == "\n" }.joined(separator: " ")
    }

    @Test func helpIsOfWhatItRegisters() throws {
        let text = try help(["--help"])
        for part in [
            "Usage: mine [COMMAND] [OPTIONS]", "Mine tells spirals apart.", "mine means mine train",
            "--data NAME|DIR spirals, or a folder", "default: spirals)",
            "--model NAME network to train (residual; default: residual)",
            "--width N of a layer (default: residual: 64 units)", "learning rate (default: 0.003;",
            "residual two layers and a shortcut", "spirals two spirals, told apart",
        ] { #expect(text.contains(part), "\(part)") }
        for part in ["trainer ", "--hidden-size", "--digits", "--dropout", "--recipe", "lstm", "mnist "] {
            #expect(!text.contains(" \(part)"), "\(part)")
        }
    }

    @Test func everyVerbIsThereAndItsExamplesAreTrue() throws {
        for verb in mine.verbs {
            #expect(try help(["help", verb.name]).hasPrefix("Usage: mine \(verb.name) "))
            for example in verb.examples {
                let words = example.split(separator: " ").map(String.init)
                let start = try #require(words.firstIndex(of: "mine"))
                _ = try mine.parse(Array(words[(start + 1)...].prefix { $0 != ">" }), environment: [:])
            }
        }
    }

    @Test func settingsAreItsOwn() throws {
        guard case .train(let options) = try mine.parse(["--width", "7"], environment: [:]) else {
            Issue.record("expected train")
            return
        }
        let configuration = try Configuration(mine.catalog, layers: options.layers(mine.catalog))
        #expect(configuration["width"] == 7 && configuration.data == "spirals")
        #expect(configuration.optimizer == .adam && configuration.learningRate == 0.003)
        let error = #expect(throws: UsageError.self) {
            try mine.parse(["--hidden-size", "3"], environment: [:])
        }
        #expect(error?.message.hasPrefix("unrecognized option '--hidden-size'") == true)
        #expect(error?.hint == "Try 'mine train --help' for more information.")
    }
}
