import Formats
import Glibc
import Testing

@testable import Runs
@testable import Training

@Suite struct SettingsLayerTests {
    private static let models = article.models.map(\.name).joined(separator: ", ")
    private static let optimizers = article.optimizers.map(\.name).joined(separator: ", ")

    @Test(
        arguments: [
            (["epochs": 0], "f: epochs: must be from 1 to 1000000000, found 0"),
            (["log_every": 1e3], "f: log_every: expected an integer, found 1000.0"),
            (["log_every": "3"], "f: log_every: expected an integer, found \"3\""),
            (["log_every": .null], "f: log_every: expected an integer, found null"),
            (["max_steps": true], "f: max_steps: expected an integer or 'none', found true"),
            (["eval_every": "never"], "f: eval_every: expected an integer or 'epoch', found \"never\""),
            (["shards": 4097], "f: shards: must be from 1 to 4096, found 4097"),
            (["hidden_size": 0], "f: hidden_size: must be from 1 to 65536, found 0"),
            (["warmup_steps": -1], "f: warmup_steps: must be from 0 to 1000000000, found -1"),
            (["seed": -1], "f: seed: must be at least 0, found -1"),
            (["lr": 0], "f: lr: must be greater than 0, found 0.0"),
            (["lr": "fast"], "f: lr: expected a number, found \"fast\""),
            (["momentum": 1], "f: momentum: must be at least 0 and less than 1, found 1.0"),
            (["weight_decay": -0.5], "f: weight_decay: must be at least 0, found -0.5"),
            (["gamma": 1.5], "f: gamma: must be greater than 0 and at most 1, found 1.5"),
            (["nesterov": 1], "f: nesterov: expected true or false, found 1"),
            (
                ["model": "lsmt"],
                "f: model: expected one of \(models), found \"lsmt\" (did you mean 'lstm'?)"
            ),
            (["optimizer": "lion"], "f: optimizer: expected one of \(optimizers), found \"lion\""),
            (["recipe": 1], "f: recipe: expected seed or 'none', found 1"),
            (["data": ""], "f: data: must not be empty"),
            (["run_dir": []], "f: run_dir: expected a string or 'auto', found []"),
            (["global_bach": 8], "f: unknown key 'global_bach' (did you mean 'global_batch'?)"),
            (["zzz": 8], "f: unknown key 'zzz'"),
            ([1], "f: expected an object of settings, found an array"),
        ] as [(JSON, String)])
    func refusals(json: JSON, message: String) {
        let error = #expect(throws: UsageError.self) { try SettingsLayer(json, from: "f") }
        #expect(error?.message == message)
    }

    @Test(arguments: ["nan", "inf", "-inf", "0x1p3", "", "1,5", " 1", "1e"])
    func aNumberIsDecimalAndFinite(text: String) throws {
        let lr = try #require(Configuration.settings.first { $0.key == "lr" })
        let error = #expect(throws: UsageError.self) {
            _ = try lr.checked(lr.value(of: text), from: "--lr")
        }
        #expect(error?.message.hasPrefix("--lr: expected a number, found \"") == true)
    }

    @Test func aNumberTooLargeForADoubleIsRefused() throws {
        let lr = try #require(Configuration.settings.first { $0.key == "lr" })
        #expect(throws: UsageError.self) { _ = try lr.checked(lr.value(of: "1e999"), from: "--lr") }
        #expect(try lr.checked(lr.value(of: "1e-3"), from: "--lr") == .number(0.001))
    }

    @Test func theLastValueOfAKeyWins() throws {
        let epochs = try #require(Configuration.settings.first { $0.key == "epochs" })
        var layer = SettingsLayer()
        try layer.set(epochs, to: 1, from: "--epochs")
        try layer.set(epochs, to: 2, from: "--epochs")
        #expect(layer.entries.map(\.value) == [2])
        #expect(layer["epochs"]?.origin == "--epochs")
        #expect(layer.remove("epochs")?.value == 2)
        #expect(layer.entries.isEmpty)
    }

    @Test func aConfigurationFileFailsByKind() throws {
        #expect(status(of: "/nonexistent/run.json") == .inputMissing)
        try withFile("{\"epochs\": 1,}") { #expect(status(of: $0) == .badData) }
        try withFile("{\"epochs\": 1, \"epochs\": 2}") { #expect(status(of: $0) == .badData) }
        try withFile("{\"epoch\": 1}") { #expect(status(of: $0) == .usage) }
        try withFile("{\"epochs\": 4}") { path in
            let layer = try SettingsLayer(configFile: path)
            #expect(layer["epochs"]?.origin == "\(path): epochs")
        }
    }

    private func status(of path: String) -> Training.ExitStatus {
        do {
            _ = try SettingsLayer(configFile: path)
            return .done
        } catch {
            return Training.ExitStatus(of: error)
        }
    }

    private func withFile(_ text: String, _ body: (String) throws -> Void) throws {
        var template = Array("/tmp/lockstep-config-XXXXXX".utf8CString)
        let descriptor = mkstemp(&template)
        let path = template.withUnsafeBufferPointer { String(cString: $0.baseAddress!) }
        defer { unlink(path) }
        #expect(
            text.utf8.withContiguousStorageIfAvailable { write(descriptor, $0.baseAddress, $0.count) } != -1)
        close(descriptor)
        try body(path)
    }
}
