import Formats
import Foundation
import Optim
import TestSupport
import Testing

@testable import Runs
@testable import Training

@Suite(.timeLimit(.minutes(10))) struct CheckpointStoreTests {
    static let settings = Settings.quick.with(["checkpoint_every": 2, "keep_last": 2, "max_steps": 9])
    let workshop: Workshop
    var store: CheckpointStore { RunFolder(path: workshop.path("run")).checkpoints }

    init() throws {
        workshop = try Workshop()
        try workshop.train("run", Self.settings)
    }

    @Test func keepsTheNewest() throws {
        #expect(
            try workshop.checkpoints("run") == ["step-00000008.safetensors", "step-00000009.safetensors"])
        let newest = try #require(try store.newestValid { Issue.record("\($0)") })
        #expect(newest.step == 9)
    }

    @Test func oneIsEnough() throws {
        try workshop.train("one", Self.settings.with(["keep_last": 1]))
        #expect(try workshop.checkpoints("one") == ["step-00000009.safetensors"])
    }

    /// A run that goes on from an older step must not lose its own checkpoints to those of later steps.
    @Test func laterStepsDoNotCount() throws {
        let bytes = try workshop.bytes("run", "checkpoints/step-00000009.safetensors")
        for step in [100_000_000, 8] { try workshop.folder.write(name(step), bytes) }
        try store.publish(bytes, step: 9, keepLast: 1)
        #expect(try store.steps() == [100_000_000, 9])
    }

    @Test func whatDoesNotReadBackIsNotPublished() throws {
        var bytes = try workshop.bytes("run", "checkpoints/step-00000009.safetensors")
        bytes[bytes.count - 1] ^= 1
        let error = #expect(throws: (any Error).self) { try store.publish(bytes, step: 10, keepLast: 1) }
        #expect(error.map { Status(of: $0) } == .ioFailure)
        #expect(
            try workshop.checkpoints("run") == ["step-00000008.safetensors", "step-00000009.safetensors"])
    }

    @Test func anotherStepsCheckpointIsNotPublished() throws {
        let bytes = try workshop.bytes("run", "checkpoints/step-00000009.safetensors")
        let error = #expect(throws: (any Error).self) { try store.publish(bytes, step: 10, keepLast: 1) }
        #expect(error.map { Status(of: $0) } == .ioFailure)
        #expect(try store.steps() == [9, 8])
    }

    @Test func aDamagedNewestIsPassedOver() throws {
        try truncate(9)
        var warnings: [String] = []
        #expect(try store.newestValid { warnings.append($0) }?.step == 8)
        #expect(warnings.count == 1 && warnings[0].contains(name(9)), "\(warnings)")

        let attempt = try workshop.train("run", ranks: 3, Self.settings.with(["resume": "auto"]))
        let aside = "\(workshop.path(name(9))).damaged"
        #expect(attempt.warnings.first == warnings[0] && attempt.warnings.count == 2)
        #expect(attempt.warnings.last?.contains("it is damaged: moved to \(aside)") == true)
        try FileManager.default.removeItem(atPath: aside)
        try workshop.train("whole", Self.settings)
        try workshop.expectSame("whole", "run", checkpoints: true)
    }

    @Test func noneValidIsAnErrorOfItsOwn() throws {
        try truncate(8)
        try truncate(9)
        #expect(throws: CheckpointError.self) { try store.newestValid { _ in } }
        let attempt = workshop.attempt("run", ranks: 3, Self.settings.with(["resume": "auto"]))
        #expect(attempt.everyRankEnded(with: .integrity))
        #expect(attempt.message.contains("none of the 2 checkpoints is whole"))
        #expect(attempt.message.contains(workshop.path("run")))
    }

    /// Every bit of the header, and every 97th byte of the tensors.
    @Test func noChangeGoesUnseen() throws {
        let original = try workshop.bytes("run", "checkpoints/step-00000009.safetensors")
        let dataStart =
            8 + original.prefix(8).enumerated().reduce(0) { $0 + Int($1.element) << (8 * $1.offset) }
        let flips =
            (0..<dataStart).flatMap { place in (0..<8).map { (place, UInt8(1) << $0) } }
            + stride(from: dataStart, to: original.count, by: 97).map { ($0, 0x10) }
            + stride(from: 0, to: original.count, by: 97).map { ($0, 0xFF) }
        let path = try workshop.folder.write("flipped.safetensors", original)
        #expect(throws: Never.self) { try Checkpoint(path: path) }
        let file = try FileHandle(forUpdating: URL(filePath: path))
        func set(_ place: Int, _ byte: UInt8) throws {
            try file.seek(toOffset: UInt64(place))
            try file.write(contentsOf: [byte])
        }
        var unseen: [String] = []
        for (place, bits) in flips {
            try set(place, original[place] ^ bits)
            do {
                _ = try Checkpoint(path: path)
                unseen.append("byte \(place) xor \(bits)")
            } catch is FileError {}
            try set(place, original[place])
        }
        #expect(unseen == [])
        #expect(throws: Never.self) { try Checkpoint(path: path) }
    }

    @Test(arguments: [0, 1, 7, 8, 100, -1, -8])
    func aCutOrLengthenedFileIsRefused(length: Int) throws {
        let original = try workshop.bytes("run", "checkpoints/step-00000009.safetensors")
        let cut = try workshop.folder.write(
            "cut", length < 0 ? original.dropLast(-length) : Array(original.prefix(length)))
        #expect(throws: FileError.self) { try Checkpoint(path: cut) }
        let long = try workshop.folder.write("long", original + [UInt8](repeating: 0, count: abs(length) + 1))
        #expect(throws: FileError.self) { try Checkpoint(path: long) }
    }

    /// It is sound, perhaps, but means something else.
    @Test func aCheckpointOfAnotherFormatIsRefusedAsSuch() throws {
        let bytes = try workshop.bytes("run", "checkpoints/step-00000009.safetensors")
        let key = #""lockstep_checkpoint":"#
        let place = try #require(bytes.firstRange(of: Array("\(key)\"1\"".utf8)))
        let changed = bytes[..<place.lowerBound] + Array("\(key)\"2\"".utf8) + bytes[place.upperBound...]
        let path = try workshop.folder.write("other", Array(changed))
        let error = #expect(throws: FileError.self) { try Checkpoint(path: path) }
        #expect(error?.description.contains("expected checkpoint format 1, found 2") == true)
    }

    /// As many numbers are not enough.
    @Test func aTensorOfAnotherShapeIsRefused() throws {
        let checkpoint = try #require(try store.newestValid { _ in })
        let configuration = try workshop.configuration(Self.settings)
        let state = try freshState(configuration)
        let turned = state.tensors.map { ($0.name, Array($0.shape.reversed()), $0.values) }
        let error = #expect(throws: FileError.self) { try checkpoint.file.copy(turned) }
        #expect(
            error?.description.contains("'model.fc.weight' is [10, 784] in the file but [784, 10]") == true)
    }

    @Test func aModelFileIsNoCheckpoint() throws {
        let error = #expect(throws: FileError.self) {
            try Checkpoint(path: workshop.path("run") + "/model.safetensors")
        }
        #expect(error?.description.contains("expected a checkpoint") == true)
    }

    /// What gets past the settings, such as a file of another program, is refused by its tensors.
    @Test(
        arguments: [
            (["model": "mlp"], "the model has 'model.fc1.weight', which is not in the file"),
            (["model": "lstm"], "the model has 'model.lstm.weight_ih_l0', which is not in the file"),
            (["momentum": 0], "'optimizer.momentum_buffer.fc.bias' is in the file but not in the model"),
        ] as [(Settings, String)])
    func tensorsOfAnotherModelAreRefused(change: Settings, message: String) throws {
        let checkpoint = try #require(try store.newestValid { _ in })
        let configuration = try workshop.configuration(Self.settings.with(change))
        var state = try freshState(configuration)
        let error = #expect(throws: FileError.self) { try checkpoint.restore(into: &state) }
        #expect(error?.kind == .malformed)
        #expect(error?.description.contains(message) == true, "\(String(describing: error))")
        #expect(error?.description.contains("was it trained with another --") == true)
    }

    private func freshState(_ configuration: Configuration) throws -> TrainingState {
        let replica = Replica(try configuration.makeModel())
        let optimizer = try GroupedOptimizer(try configuration.makeOptimizer(), layout: replica.layout)
        return TrainingState(replica: replica, optimizers: [optimizer])
    }

    private func name(_ step: Int) -> String {
        "run/checkpoints/step-\(step < 10 ? "0000000" : "")\(step).safetensors"
    }

    private func truncate(_ step: Int) throws {
        try workshop.folder.write(
            name(step), workshop.bytes("run", String(name(step).dropFirst(4))).dropLast(10))
    }
}
