import Formats
import Foundation
import Testing
import Training

@testable import Runs

/// A trained model by its run's folder, its file, or a checkpoint; and the data its run knows.
@Suite struct ModelReferenceTests {
    private let workshop: Workshop

    init() throws {
        workshop = try Workshop()
        try workshop.train("run", Settings.quick.with(["max_steps": 4, "checkpoint_every": 2]))
    }

    private func reference(_ name: String) throws -> ModelReference {
        try ModelReference(article, path: workshop.path(name))
    }

    @Test func aFolderStandsForItsModel() throws {
        let found = try reference("run")
        #expect(found.file == workshop.path("run/model.safetensors"))
        #expect(found.data == Files.resolved(workshop.data))
        #expect(try reference("run/") == ModelReference(article, path: workshop.path("run/")))
    }

    @Test(arguments: ["run/model.safetensors", "run/checkpoints/step-00000002.safetensors"])
    func aFileKnowsItsRun(name: String) throws {
        let found = try reference(name)
        #expect(found.file == workshop.path(name) && found.data == Files.resolved(workshop.data))
    }

    /// A run that was stopped has checkpoints only, the newest of which may be damaged.
    @Test func aFolderWithoutModelStandsForItsNewestCheckpoint() throws {
        try FileManager.default.removeItem(atPath: workshop.path("run/model.safetensors"))
        #expect(try reference("run").file == workshop.checkpoint("run", step: 4))
        try FileManager.default.removeItem(atPath: workshop.checkpoint("run", step: 4))
        #expect(try reference("run").file == workshop.checkpoint("run", step: 2))
    }

    @Test func aFolderWithoutEither() throws {
        let error = #expect(throws: FileError.self) { try ModelReference(article, path: workshop.data) }
        #expect(error?.kind == .missing)
        #expect(error?.description.contains("neither model.safetensors nor a checkpoint") == true)
    }

    /// A file elsewhere, a run of version 0.1 seen from another folder, data that are gone.
    @Test func dataThatAreNotKnown() throws {
        let copy = workshop.path("copy.safetensors")
        try FileManager.default.copyItem(atPath: workshop.path("run/model.safetensors"), toPath: copy)
        #expect(try ModelReference(article, path: copy).data == nil)
        #expect(try reference("nowhere.safetensors").data == nil)
        try FileManager.default.moveItem(atPath: workshop.data, toPath: workshop.path("moved"))
        #expect(try reference("run").data == nil)
    }

    /// Flags stand above what the run knows, and that above the environment.
    @Test func aResumedRunKnowsItsData() throws {
        let data = workshop.data
        func shards(_ settings: JSON, resume: String) throws -> [SettingsLayer] {
            let environment = try SettingsLayer(
                ["data": "from the environment"], from: "$TRAINER_DATA", settings: article.settings)
            let flags = try SettingsLayer(settings, from: "flags", settings: article.settings)
            var stacks: [SettingsLayer] = []
            let resuming = try SettingsLayer(
                ["run_dir": .string(workshop.path("run")), "resume": .string(resume)], from: "flags",
                settings: article.settings)
            _ = TrainingRun.shards(article) { checkpoint in
                stacks = [environment, checkpoint, flags, resuming]
                return stacks
            }
            return stacks
        }
        let auto = try Configuration(article, layers: shards([:], resume: "auto"))
        #expect(auto.data == Files.resolved(data))
        let checkpoint = workshop.checkpoint("run", step: 2)
        #expect(
            try Configuration(article, layers: shards([:], resume: checkpoint)).data == Files.resolved(data))
        #expect(try Configuration(article, layers: shards(["data": "mine"], resume: "auto")).data == "mine")
    }
}

/// The settings of a run, for a benchmark of its steps.
@Suite struct SettingsOfRunTests {
    private let workshop: Workshop

    init() throws {
        workshop = try Workshop()
        try workshop.train("run", Settings.quick.with(["max_steps": 2, "shards": 3]))
    }

    private func layer(_ path: String) throws -> SettingsLayer { try SettingsLayer(ofRun: path, article) }

    @Test(
        arguments: [
            "run", "run/model.safetensors", "run/config.json", "run/checkpoints/step-00000002.safetensors",
        ])
    func aRunOrItsFile(name: String) throws {
        let layer = try layer(workshop.path(name))
        #expect(layer["shards"]?.value == 3 && layer["model"]?.value == "perceptron")
        #expect(layer["data"]?.value.stringValue == Files.resolved(workshop.data))
    }

    /// What lies elsewhere says what it knows.
    @Test func aFileElsewhere() throws {
        let (checkpoint, config) = (workshop.path("c.safetensors"), workshop.path("c.json"))
        try FileManager.default.copyItem(atPath: workshop.checkpoint("run", step: 2), toPath: checkpoint)
        try FileManager.default.copyItem(atPath: workshop.path("run/config.json"), toPath: config)
        for path in [checkpoint, config] {
            let layer = try layer(path)
            #expect(layer["shards"]?.value == 3 && layer["data"] == nil)
        }
    }

    @Test func whatIsNoRun() {
        for path in [workshop.data, workshop.path("nowhere"), workshop.path("nowhere.json")] {
            let error = #expect(throws: FileError.self) { _ = try layer(path) }
            #expect(error?.kind == .missing, "\(path)")
        }
    }
}
