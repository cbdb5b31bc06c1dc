import Collectives
import Determinism
import Formats
import TestSupport
import Testing

@testable import Runs
@testable import Training

/// Files that version 0.1 wrote (commit 83cdf4d, on Tests/Fixtures/digits): they store every setting, read or not.
@Suite(.timeLimit(.minutes(10))) struct VersionZeroTests {
    private static let data = fixture("digits")

    private func path(_ file: String) -> String { fixture("version-0.1/\(file)") }

    /// The loss and the right answers that 0.1 found on the test set.
    private func expectResult(
        of run: String, from file: String, sourceLocation: SourceLocation = #_sourceLocation
    )
        throws
    {
        let line = JSONLine(
            String(decoding: try Files.read(path("\(run)/metrics.jsonl")), as: UTF8.self).split(
                separator: "\n")[0])
        let score = try EvaluationRun(article, world: LocalCommunicator()).run(
            modelFile: path("\(run)/\(file)"), data: Self.data
        ).score
        let loss = try #require(line["loss"]?.doubleValue)
        #expect(abs(score.loss - loss) < 1e-5, sourceLocation: sourceLocation)
        #expect(score.correct == line["correct"]?.intValue, sourceLocation: sourceLocation)
    }

    @Test(arguments: ["lstm", "perceptron", "digit-reader"])
    func modelsAreEvaluated(run: String) throws {
        try expectResult(of: run, from: "model.safetensors")
    }

    @Test(arguments: ["lstm", "digit-reader"])
    func checkpointsAreEvaluated(run: String) throws {
        try expectResult(of: run, from: "checkpoints/step-00000003.safetensors")
    }

    /// A perceptron was written down with the width of a recurrent layer, a cnn with one that somebody had asked for.
    @Test(
        arguments: [("lstm", 3), ("perceptron", nil), ("digit-reader", 2), ("cnn", nil)] as [(String, Int?)])
    func configurationsAreRead(run: String, hiddenSize: Int?) throws {
        let layer = try SettingsLayer(configFile: path("\(run)/config.json"))
        let configuration = try Configuration(layers: [layer])
        #expect(configuration.model.name == run)
        #expect(configuration["hidden_size"] == hiddenSize)
        #expect(configuration.globalBatch == 16 && configuration.maxSteps == 3)
        #expect(configuration["digits"] == (run == "digit-reader" ? 2 : nil))
        #expect(configuration["momentum"] == (run == "digit-reader" ? nil : 0.9))
        let keys = configuration.trajectoryJSON.keys
        #expect(keys.contains("hidden_size") == (hiddenSize != nil))
        // What it does not read is not what somebody asks for now.
        let flags = try SettingsLayer(["hidden_size": 7], from: "--hidden-size")
        if hiddenSize == nil {
            #expect(throws: UsageError.self) { try Configuration(layers: [layer, flags]) }
        }
    }

    @Test func aFileOfFewSettingsIsAPersons() throws {
        let folder = try TemporaryFolder()
        let text = #"{"model": "cnn", "hidden_size": 7}"#
        let layer = try SettingsLayer(configFile: try folder.write("run.json", Array(text.utf8)))
        let error = #expect(throws: UsageError.self) { try Configuration(layers: [layer]) }
        #expect(error?.message.contains("run.json: hidden_size: read only with --model lstm") == true)
    }

    /// The arithmetic is another one since: going on would give a model that neither version gives.
    @Test(arguments: ["lstm", "digit-reader"], [0, 2])
    func aRunDoesNotGoOn(run: String, ranks: Int) throws {
        let workshop = try Workshop(data: Self.data)
        let checkpoint = path("\(run)/checkpoints/step-00000003.safetensors")
        let attempt = workshop.attempt(
            "resumed", ranks: ranks, ["resume": .string(checkpoint), "max_steps": 5])
        #expect(attempt.everyRankEnded(with: .badData))
        #expect(attempt.message.contains("its run computes with arithmetic 2"), "\(attempt.message)")
    }

    /// But for the arithmetic its checkpoint is one of this version, with all that a run needs to go on.
    @Test(arguments: ["lstm", "digit-reader"])
    func itsCheckpointsAreComplete(run: String) throws {
        let workshop = try Workshop(data: Self.data)
        let name = "step-00000003.safetensors"
        try Files.publish(workshop.path(name), Files.read(path("\(run)/checkpoints/\(name)")))
        try workshop.rewrite(name, metadata: "arithmetic", to: "\(arithmeticVersion)")
        try workshop.train(
            "resumed", ranks: 2, ["resume": .string(workshop.path(name)), "max_steps": 5])
        let settings = try #require(
            try JSON(parsing: Files.read(path("\(run)/config.json"))).objectValue)
        try workshop.train("whole", Settings(settings).with(["max_steps": 5]))
        let isSame =
            try workshop.bytes("resumed", "model.safetensors") == workshop.bytes("whole", "model.safetensors")
        #expect(isSame)
    }
}
