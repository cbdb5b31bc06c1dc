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
        try ModelReference(path: workshop.path(name))
    }

    @Test func aFolderStandsForItsModel() throws {
        let found = try reference("run")
        #expect(found.file == workshop.path("run/model.safetensors"))
        #expect(found.data == Files.resolved(workshop.data))
        #expect(try reference("run/") == ModelReference(path: workshop.path("run/")))
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
        let error = #expect(throws: FileError.self) { try ModelReference(path: workshop.data) }
        #expect(error?.kind == .missing)
        #expect(error?.description.contains("neither model.safetensors nor a checkpoint") == true)
    }

    /// A file elsewhere, a run of version 0.1 seen from another folder, data that are gone.
    @Test func dataThatAreNotKnown() throws {
        let copy = workshop.path("copy.safetensors")
        try FileManager.default.copyItem(atPath: workshop.path("run/model.safetensors"), toPath: copy)
        #expect(try ModelReference(path: copy).data == nil)
        #expect(try reference("nowhere.safetensors").data == nil)
        try FileManager.default.moveItem(atPath: workshop.data, toPath: workshop.path("moved"))
        #expect(try reference("run").data == nil)
    }

    /// Flags stand above what the run knows, and that above the environment.
    @Test func aResumedRunKnowsItsData() throws {
        let data = workshop.data
        func shards(_ settings: JSON, resume: String) throws -> [SettingsLayer] {
            let environment = try SettingsLayer(["data": "from the environment"], from: "$TRAINER_DATA")
            let flags = try SettingsLayer(settings, from: "flags")
            var stacks: [SettingsLayer] = []
            let resuming = try SettingsLayer(
                ["run_dir": .string(workshop.path("run")), "resume": .string(resume)], from: "flags")
            _ = TrainingRun.shards(article) { checkpoint in
                stacks = [environment, checkpoint, flags, resuming]
                return stacks
            }
            return stacks
        }
        let auto = try Configuration(layers: shards([:], resume: "auto"))
        #expect(auto.data == Files.resolved(data))
        let checkpoint = workshop.checkpoint("run", step: 2)
        #expect(try Configuration(layers: shards([:], resume: checkpoint)).data == Files.resolved(data))
        #expect(try Configuration(layers: shards(["data": "mine"], resume: "auto")).data == "mine")
    }
}
