import Foundation
import Testing

@testable import Runs
@testable import Training

@Suite(.timeLimit(.minutes(10))) struct RunFolderTests {
    let workshop: Workshop
    init() throws { workshop = try Workshop() }

    @Test(arguments: [0, 3])
    func aFolderThatHoldsFilesIsRefusedUntouched(ranks: Int) throws {
        try workshop.folder.write("run/notes.txt", [1, 2])
        for settings in [Settings.quick, Settings.quick.with(["resume": "auto"])] {
            let attempt = workshop.attempt("run", ranks: ranks, settings)
            #expect(attempt.everyRankEnded(with: .cannotCreate))
            #expect(attempt.message.contains("\(workshop.path("run")): a run folder must be new or empty"))
            #expect(attempt.message.contains("--run-dir"))
            #expect(
                try FileManager.default.contentsOfDirectory(atPath: workshop.path("run")) == ["notes.txt"])
        }
    }

    @Test func anEmptyFolderWillDo() throws {
        try FileManager.default.createDirectory(
            atPath: workshop.path("run"), withIntermediateDirectories: true)
        try workshop.train("run", Settings.quick)
    }

    /// As where the name of a run is misspelt.
    @Test(arguments: [false, true])
    func autoStartsAnewWhereNoRunIsAndSaysSo(isThere: Bool) throws {
        if isThere {
            try FileManager.default.createDirectory(
                atPath: workshop.path("run"), withIntermediateDirectories: true)
        }
        let attempt = try workshop.train("run", ranks: 2, Settings.quick.with(["resume": "auto"]))
        #expect(attempt.lines.contains { $0.contains("starting anew in \(workshop.path("run"))") })
        let plain = try workshop.train("plain", Settings.quick)
        #expect(!plain.lines.contains { $0.contains("starting") })
    }

    @Test func aFinishedRunIsNotOverwritten() throws {
        try workshop.train("run", Settings.quick)
        let metrics = try workshop.bytes("run", "metrics.jsonl")
        #expect(workshop.attempt("run", ranks: 2, Settings.quick).everyRankEnded(with: .cannotCreate))
        #expect(try workshop.bytes("run", "metrics.jsonl") == metrics)
    }

    @Test func aPlaceUnderAFileIsRefused() throws {
        try workshop.folder.write("file", [1])
        let attempt = workshop.attempt("file/run", ranks: 2, Settings.quick)
        #expect(attempt.everyRankEnded(with: .cannotCreate))
        #expect(attempt.message.contains(workshop.path("file/run")))
    }

    /// What a killed run left: logs without a checkpoint, or not even its settings.
    @Test(arguments: [
        ["config.json", "checkpoints/step-00000004.safetensors.tmp.77", "metrics.jsonl", "timing.jsonl"],
        ["config.json", "metrics.jsonl"], ["config.json.tmp.77", "checkpoints/x"], ["checkpoints/x"], [],
    ])
    func autoStartsAgainWhereARunCrashedBeforeItsFirstCheckpoint(files: [String]) throws {
        for file in files { try workshop.folder.write("run/\(file)", Array("{\"step\":1}\n{\"st".utf8)) }
        let begun = RunStatus(.running, step: 0, of: 11, host: "here", pid: 77, time: "now")
        try workshop.folder.write("run/status.json", Array(begun.json.text.utf8))
        let attempt = try workshop.train("run", ranks: 2, Settings.quick.with(["resume": "auto"]))
        #expect(attempt.lines.contains { $0.contains("starting again in \(workshop.path("run"))") })
        try workshop.train("whole", Settings.quick)
        try workshop.expectSame("whole", "run")
        let steps = try workshop.text("run", "timing.jsonl").split(separator: "\n").map { JSONLine($0).step }
        #expect(steps == [2, 4, 4, 6, 8, 8, 10, 11])
    }

    @Test func theFolderTellsWhatRanWhere() throws {
        try workshop.train("run", ranks: 3, Settings.quick)
        #expect(
            try FileManager.default.contentsOfDirectory(atPath: workshop.path("run")).sorted()
                == [
                    "certificate.json", "checkpoints", "config.json", "env.json", "metrics.jsonl",
                    "model.safetensors", "run.json", "run.lock", "status.json", "timing.jsonl",
                ])
        let environment = try workshop.text("run", "env.json")
        #expect(environment.contains(#""bits_depend_on_world_size": false"#))
        #expect(environment.contains(#""resumed_at_step": 0"#) && environment.contains(#""rank": 2"#))

        try workshop.train("mpi", ranks: 3, Settings.quick.with(["reduction": "mpi"]))
        #expect(try workshop.text("mpi", "env.json").contains(#""bits_depend_on_world_size": true"#))
    }

    @Test func configurationFileRepeatsTheRun() throws {
        try workshop.train("run", ranks: 2, Settings.quick)
        let layer = try SettingsLayer(configFile: workshop.path("run") + "/config.json")
        var configuration = try Configuration(layers: [layer])
        var asked = try workshop.configuration(Settings.quick)
        asked.epochs = configuration.epochs  // the run's own: a quick one has no length but its most steps
        (configuration.data, configuration.runDir) = (asked.data, asked.runDir)
        configuration.progress = asked.progress
        #expect(configuration == asked)
    }

    @Test func aDryRunPrintsThePlanAndWritesNothing() throws {
        let attempt = try workshop.train("run", ranks: 3, Settings.quick.with(["dry_run": true]))
        #expect(!FileManager.default.fileExists(atPath: workshop.path("run")))
        let text = try #require(attempt.output.first)
        #expect(attempt.output.count == 1)
        for line in [
            "model        perceptron, 7850 parameters",
            "data         70 training and 33 test samples of 28×28, 10 classes",
            "steps        11: 4 an epoch, 20 samples each", "run folder   \(workshop.path("run"))",
            "rank 0       shards 0 to 1, samples 0 to 4 of a full batch",
            "rank 1       shards 2 to 4, samples 5 to 11 of a full batch",
            "rank 2       shards 5 to 7, samples 12 to 19 of a full batch",
        ] {
            #expect(text.split(separator: "\n").contains(Substring(line)), "\(line) in:\n\(text)")
        }
        try workshop.train("real", Settings.quick)
        let size = try workshop.bytes("real", "checkpoints/step-00000011.safetensors").count
        let line = try #require(text.split(separator: "\n").first { $0.hasPrefix("checkpoint ") })
        let promised = try #require(Int(line.split(separator: " ")[1]))
        #expect(abs(promised - size) <= 64, "metadata grow by some digits")
    }
}
