import Collectives
import Formats
import Testing

@testable import Runs
@testable import Training

/// A recorder that keeps nothing and lets a test interfere after a step.
private final class Recorder: RunRecorder {
    private(set) var lastStep = 0
    private(set) var saves: [Int] = []
    var afterStep: (TrainingState) -> Void = { _ in }
    var record: (TrainingState) throws -> Void = { _ in }
    var willSave: (TrainingState) throws -> Void = { _ in }

    func begin(_ job: TrainingJob, clock: PhaseClock) {}
    func progress(_ state: TrainingState, _ result: StepResult) {
        lastStep = state.step
        afterStep(state)
    }
    func recordTraining(_ state: TrainingState, _ result: StepResult) throws { try record(state) }
    func recordEvaluation(_ state: TrainingState, _ score: Score) throws { try record(state) }
    func save(_ state: TrainingState) throws {
        try willSave(state)
        saves.append(state.step)
    }
    func isBest(at step: Int) -> Bool { false }
    func settle() throws {}
    func newestStep() -> Int? { saves.last }
    let secondsToSave = 0.0
    func finish(_ state: TrainingState, _ score: Score) throws {}
    func fail(_ error: any Error, at step: Int) {}
}

@Suite(.timeLimit(.minutes(10))) struct TrainerTests {
    private static let diskFull = FileError(
        .ioFailure, "metrics.jsonl", "append failed: disk full", advice: "free some space")
    let workshop: Workshop
    init() throws { workshop = try Workshop() }

    /// How each rank's training ended, and after which step.
    private func train(
        ranks: Int, _ settings: Settings, _ prepare: @escaping @Sendable (Int, Recorder) -> Void
    ) throws -> [(error: (any Error)?, lastStep: Int, saves: [Int])] {
        let configuration = try workshop.configuration(settings)
        return try withThreadRanks(ranks) { world in
            let recorder = Recorder()
            prepare(world.rank, recorder)
            let job = try TrainingJob(configuration, world: world, checkpoint: nil)
            var failure: (any Error)?
            do { try Trainer(job, recorder: recorder, requests: .none).run() } catch { failure = error }
            return (failure, recorder.lastStep, recorder.saves)
        }.map { try $0.get() }
    }

    @Test(arguments: [(2, 1), (3, 1), (5, 4), (3, 0)])
    func aReplicaThatDiffersIsNamed(ranks: Int, perturbed: Int) throws {
        // Rank 0 is what the others are compared with, so if it is the odd one, rank 1 is named.
        let named = perturbed == 0 ? 1 : perturbed
        let ends = try train(ranks: ranks, Settings.quick.with(["checkpoint_every": 100])) { rank, recorder in
            guard rank == perturbed else { return }
            recorder.afterStep = { state in
                guard state.step == 4, let bias = state.tensors.first(where: { $0.name == "model.fc.bias" })
                else { return }
                bias.values[3] += 0.01  // a change of the last bit may be rounded away by the next step
            }
        }
        for end in ends {
            // Verified every three steps.
            #expect(
                end.error as? TrainingError == .replicasDiffer(rank: named, tensor: "model.fc.bias", step: 6))
            #expect(end.error.map { Status(of: $0) } == .integrity)
            #expect(end.lastStep == 6)
        }
        let text = TrainingError.replicasDiffer(rank: named, tensor: "model.fc.bias", step: 6).description
        for words in ["step 6", "rank \(named)", "'model.fc.bias'", "--resume auto"] {
            #expect(text.contains(words))
        }
    }

    @Test func optimizerStateIsVerifiedToo() throws {
        let ends = try train(ranks: 3, Settings.quick.with(["verify_every": 1])) { rank, recorder in
            recorder.afterStep = { state in
                if rank == 2, state.step == 2 { state.optimizerState[0].values.pointer[5] += 1 }
            }
        }
        for end in ends {
            guard case .replicasDiffer(let rank, let tensor, let step)? = end.error as? TrainingError else {
                Issue.record("\(String(describing: end.error))")
                continue
            }
            #expect(rank == 2 && step == 2 && tensor == "optimizer.momentum_buffer.fc.weight")
        }
    }

    /// Sooner than the cadence: at the end, before the model is published.
    @Test func replicasAreVerifiedBeforeTheModelIsPublished() throws {
        let settings = Settings.quick.with(["verify_every": 1000, "checkpoint_every": 100])
        let ends = try train(ranks: 2, settings) { rank, recorder in
            recorder.afterStep = { state in if rank == 1 { state.parameters.pointer[0] += 1 } }
        }
        for end in ends {
            #expect(
                end.error as? TrainingError == .replicasDiffer(rank: 1, tensor: "model.fc.weight", step: 11))
        }
    }

    /// What one rank alone holds is not saved.
    @Test func replicasAreVerifiedBeforeACheckpoint() throws {
        let settings = Settings.quick.with(["verify_every": 1000, "checkpoint_every": 3])
        let ends = try train(ranks: 2, settings) { rank, recorder in
            recorder.afterStep = { state in
                if rank == 1, state.step == 5 { state.parameters.pointer[0] += 1 }
            }
        }
        for end in ends {
            #expect(
                end.error as? TrainingError == .replicasDiffer(rank: 1, tensor: "model.fc.weight", step: 6))
            #expect(end.saves == [3])
        }
    }

    /// Rank 0 cannot write its line about step 4; all learn of it from the sum of step 5.
    @Test(arguments: [1, 2, 5])
    func aRecordingFailureEndsEveryRankAtTheNextStep(ranks: Int) throws {
        let ends = try train(ranks: ranks, Settings.quick.with(["checkpoint_every": 100, "eval_every": 100]))
        {
            if $0 == 0 { $1.record = { state in if state.step == 4 { throw Self.diskFull } } }
        }
        for (rank, end) in ends.enumerated() {
            let failure = try #require(end.error as? AgreedFailure)
            #expect(failure.status == .ioFailure && failure.rank == 0)
            #expect(failure.cause as? FileError == (rank == 0 ? Self.diskFull : nil))
            #expect(end.lastStep == 4)
            #expect(end.saves == [])
        }
    }

    /// A checkpoint that follows the failed line at once must not vouch for it.
    @Test func aRecordingFailureIsToldBeforeACheckpointIsWritten() throws {
        let ends = try train(ranks: 3, Settings.quick) {
            if $0 == 0 { $1.record = { state in if state.step == 4 { throw Self.diskFull } } }
        }
        for end in ends {
            #expect((end.error as? AgreedFailure)?.status == .ioFailure)
            #expect(end.lastStep == 4)
        }
        #expect(ends[0].saves == [])
    }

    @Test func aRecordingFailureAtTheLastStepCounts() throws {
        let ends = try train(ranks: 3, Settings.quick.with(["max_steps": 6])) {
            if $0 == 0 { $1.record = { state in if state.step == 6 { throw Self.diskFull } } }
        }
        for end in ends { #expect((end.error as? AgreedFailure)?.status == .ioFailure) }
    }

    @Test func aCheckpointThatCannotBeWrittenEndsEveryRank() throws {
        let ends = try train(ranks: 4, Settings.quick) {
            if $0 == 0 { $1.willSave = { state in if state.step == 8 { throw Self.diskFull } } }
        }
        for (rank, end) in ends.enumerated() {
            let failure = try #require(end.error as? AgreedFailure)
            #expect(failure.status == .ioFailure && (failure.cause != nil) == (rank == 0))
            #expect(end.lastStep == 8)
        }
        #expect(ends[0].saves == [4])
    }

    @Test func ranksThatReadOtherDataAreNamed() throws {
        let other = try workshop.folder.writeDigits("other", seed: 2)
        let configuration = try workshop.configuration(Settings.quick)
        let results = withThreadRanks(3) { world in
            var own = configuration
            if world.rank == 2 { own.data = other }
            _ = try TrainingJob(own, world: world, checkpoint: nil)
        }
        for result in results {
            let error = try #require(throws: TrainingError.self) { try result.get() }
            #expect(error == .dataDiffers(rank: 2))
            #expect(Status(of: error) == .badData)
        }
    }

    @Test func aRankThatCannotReadItsDataFailsAll() throws {
        let configuration = try workshop.configuration(Settings.quick)
        let results = withThreadRanks(3) { world in
            var own = configuration
            if world.rank == 1 { own.data = "/no/such/folder" }
            _ = try TrainingJob(own, world: world, checkpoint: nil)
        }
        for result in results {
            let failure = try #require(throws: AgreedFailure.self) { try result.get() }
            #expect(failure.status == .inputMissing && failure.rank == 1)
        }
    }
}
