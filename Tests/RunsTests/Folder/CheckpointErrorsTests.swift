import Collectives
import Formats
import Foundation
import Synchronization
import Testing

@testable import Runs
@testable import Training

/// Checkpoints that cannot be written: the run ends, or with `--checkpoint-errors warn` says so and goes on.
@Suite(.timeLimit(.minutes(10))) struct CheckpointErrorsTests {
    /// Checkpoints at steps 4, 8 and 11.
    static let settings = Settings.quick.with(["checkpoint_every": 4, "keep_last": 9])
    let workshop: Workshop
    init() throws { workshop = try Workshop() }

    private var status: RunStatus? { RunStatus(of: RunFolder(path: workshop.path("run"))) }

    /// Trains, with a folder where such a file would be written.
    private func attempt(
        without name: String, ranks: Int, _ settings: Settings, stoppingAt last: Int? = nil
    ) -> Attempt {
        let path = "\(workshop.path("run"))/\(name).tmp.\(getpid())"
        let asked = Mutex(0)
        return workshop.attempt("run", ranks: ranks, settings) { rank in
            guard rank == 0 else { return .none }
            return Requests(
                stop: {
                    mkdir(path, 0o777)
                    return asked.withLock { count in
                        count += 1
                        return count == last
                    }
                }, takeSave: { false }, cutsEvaluation: { false })
        }
    }

    private let second = "checkpoints/step-00000008.safetensors"
    private let third = "checkpoints/step-00000011.safetensors"

    @Test(arguments: [0, 3])
    func allRanksEnd(ranks: Int) throws {
        let attempt = attempt(without: second, ranks: ranks, Self.settings)
        #expect(attempt.everyRankEnded(with: .cannotCreate))
        #expect(attempt.message.contains(second), "\(attempt.message)")
        #expect(attempt.warnings == [])
        #expect(status?.state == .failed && status?.checkpointStep == 4)
        #expect(status?.cause?.contains(second) == true)
        #expect(try RunFolder(path: workshop.path("run")).checkpoints.steps() == [4])
        #expect(!Files.exists("\(workshop.path("run"))/model.safetensors"))
    }

    /// Also where no step follows that could tell the others.
    @Test(arguments: [0, 3])
    func allRanksEndAfterTheLastStep(ranks: Int) throws {
        let attempt = attempt(without: third, ranks: ranks, Self.settings)
        #expect(attempt.everyRankEnded(with: .cannotCreate))
        #expect(status?.state == .failed && status?.checkpointStep == 8)
        #expect(!Files.exists("\(workshop.path("run"))/model.safetensors"))
    }

    /// A stop has its checkpoint, or is none.
    @Test(arguments: [1, 3])
    func aStopWithoutItsCheckpointIsAFailure(ranks: Int) throws {
        let attempt = attempt(without: second, ranks: ranks, Self.settings, stoppingAt: 8)
        #expect(attempt.everyRankEnded(with: .cannotCreate))
        #expect(attempt.message.contains(second), "\(attempt.message)")
        #expect(status?.state == .failed && status?.checkpointStep == 4)
    }

    @Test(arguments: [0, 3])
    func aRunThatWarnsGoesOn(ranks: Int) throws {
        let settings = Self.settings.with(["checkpoint_errors": "warn"])
        let attempt = attempt(without: second, ranks: ranks, settings)
        #expect(attempt.everyRankEnded(with: .done))
        #expect(attempt.warnings.count == 1)
        #expect(
            attempt.warnings.first?.hasPrefix(
                "the checkpoint of step 8 is not saved, the newest is of step 4: ") == true,
            "\(attempt.warnings)")
        #expect(status?.state == .done && status?.checkpointStep == 11)
        #expect(try RunFolder(path: workshop.path("run")).checkpoints.steps() == [11, 4])
        try workshop.train("whole", settings)
        try workshop.expectSame("whole", "run")
    }

    @Test func theLastCheckpointIsNotTheModel() throws {
        let settings = Self.settings.with(["checkpoint_errors": "warn"])
        #expect(attempt(without: third, ranks: 2, settings).everyRankEnded(with: .done))
        #expect(status?.state == .done && status?.checkpointStep == 8)
    }

    @Test func aModelThatCannotBeWrittenIsAnError() throws {
        let settings = Self.settings.with(["checkpoint_errors": "warn"])
        let attempt = attempt(without: "model.safetensors", ranks: 2, settings)
        #expect(attempt.everyRankEnded(with: .cannotCreate))
        #expect(status?.state == .failed && status?.checkpointStep == 11)
    }

    /// What it can be gone on from is told.
    @Test(arguments: [1, 3])
    func aStopWithoutItsCheckpointSaysSo(ranks: Int) throws {
        let settings = Self.settings.with(["checkpoint_errors": "warn"])
        let attempt = attempt(without: second, ranks: ranks, settings, stoppingAt: 8)
        #expect(attempt.everyRankEnded(with: .resumable))
        #expect(
            attempt.message.contains(
                "stopped at step 8 of 11, the newest checkpoint being of step 4; go on with: "),
            "\(attempt.message)")
        #expect(status?.state == .stopped && status?.checkpointStep == 4)
        try FileManager.default.removeItem(atPath: "\(workshop.path("run"))/\(second).tmp.\(getpid())")
        try workshop.train("run", ranks: 2, settings.with(["resume": "auto"]))
        try workshop.train("whole", settings)
        try workshop.expectSame("whole", "run", checkpoints: true)
    }

    /// It is compared before anything is written or deleted.
    @Test func aFullDiskIsFoundBeforeItIsWrittenTo() throws {
        try workshop.train("run", Self.settings)
        let store = RunFolder(path: workshop.path("run")).checkpoints
        let before = try workshop.files("run")
        let bytes = try workshop.bytes("run", third)
        let error = #expect(throws: FileError.self) {
            try store.publish(bytes, step: 11, keepLast: 1, free: { _ in bytes.count })
        }
        #expect(error?.kind == .ioFailure)
        let words = try #require(error).description
        #expect(words.contains("\(third): disk full: "), "\(words)")
        #expect(words.contains(" KiB are to be written, "))
        #expect(words.contains(" KiB are free; free some space"))
        let isUntouched = try workshop.files("run") == before
        #expect(isUntouched)
        for free in [nil, bytes.count + 65536] {
            try store.publish(bytes, step: 11, keepLast: 9, free: { _ in free })
        }
        #expect(try #require(Files.freeSpace(workshop.path("run"))) > 0)
        #expect(Files.freeSpace("/no/such/folder") == nil)
    }

    /// What is written is the state as it was, whatever the steps that follow make of it.
    @Test func theStateIsCopied() throws {
        let job = try TrainingJob(
            workshop.configuration(Self.settings), world: LocalCommunicator(), checkpoint: nil)
        var state = job.state
        let writer = CheckpointWriter()
        for round in 1...3 {
            state.step = round
            let before = state.digest
            let gate = Gate()
            let written = Mutex<[UInt8]>([])
            writer.save(state) { copy in
                gate.wait()
                written.withLock { $0 = copy.digest }
            }
            #expect(writer.outcome(waiting: false) == nil)
            state.parameters.pointer[round] += 1
            state.optimizerState[0].values.pointer[round] += 1
            gate.open()
            #expect(writer.outcome(waiting: true)?.step == round)
            #expect(writer.outcome(waiting: true) == nil)
            #expect(written.withLock { $0 } == before)
        }
    }
}

/// What a thread waits at until it is opened.
private final class Gate: Sendable {
    private let isOpen = Mutex(false)
    func open() { isOpen.withLock { $0 = true } }
    func wait() { while !isOpen.withLock({ $0 }) { usleep(200) } }
}
