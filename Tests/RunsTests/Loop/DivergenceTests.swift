import Collectives
import Formats
import NN
import Optim
import Samples
import TestSupport
import Testing

@testable import Runs
@testable import Training

/// What has diverged is never published as sound.
@Suite(.timeLimit(.minutes(10))) struct DivergenceTests {
    static let settings = Settings.quick.with(["model": "mlp", "checkpoint_every": 100])
    let workshop: Workshop
    init() throws { workshop = try Workshop() }

    /// The loss of the only step is sound, for it comes before the update.
    @Test(
        arguments: 0...3,
        [
            ["model": "mlp"], ["model": "perceptron"], ["model": "lstm", "hidden_size": 9],
            ["model": "mlp", "optimizer": "adam"],
        ] as [Settings])
    func oneStepAtAnAbsurdRatePublishesNothing(ranks: Int, model: Settings) throws {
        let attempt = workshop.attempt(
            "run", ranks: ranks, Self.settings.with(["lr": 1e30, "max_steps": 1]).with(model))
        #expect(attempt.everyRankEnded(with: .failed))
        #expect(attempt.message.contains("training diverged at step 1: "), "\(attempt.message)")
        #expect(attempt.message.contains("no checkpoint was saved before"), "\(attempt.message)")
        #expect(try workshop.checkpoints("run") == [])
        #expect(throws: (any Error).self) { try workshop.bytes("run", "model.safetensors") }
    }

    @Test(arguments: [0, 2, 3])
    func theLastSoundCheckpointStaysTheNewest(ranks: Int) throws {
        try workshop.train("run", ranks: ranks, Self.settings.with(["max_steps": 5]))
        let before = try workshop.checkpoints("run")
        let attempt = workshop.attempt(
            "run", ranks: ranks, ["resume": "auto", "lr": 1e30, "max_steps": 6])
        #expect(attempt.everyRankEnded(with: .failed))
        #expect(attempt.message.contains("the checkpoint of step 5"), "\(attempt.message)")
        #expect(try workshop.checkpoints("run") == before)
        try workshop.train("run", ranks: ranks, ["resume": "auto", "max_steps": 6])
        try workshop.train("whole", Self.settings.with(["max_steps": 6]))
        try workshop.expectSame("run", "whole")
    }

    @Test func theStepToGoBackToIsNamed() {
        let error = TrainingError.diverged(step: 9, reason: "the loss is nan", checkpoint: 5)
        #expect(error.description.contains("at step 9: the loss is nan; go back to step 5"))
    }

    /// Sealed, but with a number that is none: no checkpoint to go on from.
    @Test(arguments: [Float.nan, .infinity], ["model.fc1.weight", "optimizer.momentum_buffer.fc1.weight"])
    func aPoisonedCheckpointIsNotValid(value: Float, tensor: String) throws {
        try workshop.train("run", Self.settings.with(["checkpoint_every": 4, "max_steps": 8]))
        let newest = "run/checkpoints/step-00000008.safetensors"
        try workshop.poison(newest, tensor, with: value)
        let refused = workshop.attempt("run", ranks: 2, ["resume": .string(workshop.path(newest))])
        #expect(refused.everyRankEnded(with: .badData))
        #expect(refused.message.contains("'\(tensor)' holds \(value) at place"), "\(refused.message)")
        let attempt = try workshop.train("run", ranks: 2, ["resume": "auto"])
        #expect(attempt.warnings.count == 2 && attempt.warnings[0].contains("step-00000008"))
        try workshop.train("whole", Self.settings.with(["checkpoint_every": 4, "max_steps": 8]))
        try workshop.expectSame("run", "whole")
    }

    /// Points of a plane, told apart by a line; some are no numbers.
    struct Broken: SampleSource {
        let count = 40
        let shape = SampleShape(input: [2], target: .classes(2))
        var broken: Set<Int> = []

        func read(_ sample: Int, epoch: Int, into slot: SampleSlot) {
            slot.input[0] = broken.contains(sample) ? .nan : Float(sample % 7) / 3.5 - 1
            slot.input[1] = Float(sample % 5) / 2.5 - 1
            slot.labels[0] = Float(sample % 7) / 3.5 - 1 > slot.input[1] ? 1 : 0
        }
    }

    private func fit(
        _ run: String, broken: Set<Int>, test: Set<Int> = [], _ change: (inout Fit) -> Void = { _ in }
    )
        -> Fit
    {
        var fit = Fit(try! Perceptron(Broken().shape), on: Broken(broken: broken), test: Broken(broken: test))
        (fit.globalBatch, fit.shards, fit.epochs, fit.logEvery, fit.isQuiet) = (8, 4, 3, 1, true)
        fit.onNaN = .skip
        fit.runFolder = workshop.path(run)
        change(&fit)
        return fit
    }

    /// Five steps an epoch, one of which has the broken sample.
    @Test func aSkippedStepIsLeftOutAndCounted() throws {
        let whole = try fit("whole", broken: [13]).run(in: LocalCommunicator())
        #expect(whole.test.loss.isFinite && whole.steps == 15)
        let lines = try workshop.metrics("whole").filter { $0.kind == "train" }
        #expect(lines.compactMap { $0["skipped_steps"]?.intValue }.last == 3)
        #expect(lines.count { $0["grad_norm"]?.isNull == true } == 3)
        #expect(lines.allSatisfy { $0["loss"]?.isNull == $0["grad_norm"]?.isNull })
        let counts = lines.compactMap { $0["skipped_steps"]?.intValue }
        #expect(counts == counts.sorted() && counts.count == 15)
        for ranks in 1...3 {
            let results = withThreadRanks(ranks) { try fit("run-\(ranks)", broken: [13]).run(in: $0) }
            for result in results { #expect(try result.get().stateHash == whole.stateHash) }
            try workshop.expectSame("run-\(ranks)", "whole", checkpoints: true)
        }
        // Stopped and resumed it counts on.
        for step in [4, 7, 12] {
            let run = "stopped-\(step)"
            _ = try fit(run, broken: [13]) { $0.maxSteps = step }.run(in: LocalCommunicator())
            _ = try withThreadRanks(2) { world in
                try fit(run, broken: [13]) { $0.resume = .auto }.run(in: world)
            }.map { try $0.get() }
            try workshop.expectSame(run, "whole")
        }
    }

    @Test(arguments: 1...3)
    func stopEndsTheRunThere(ranks: Int) throws {
        let results = withThreadRanks(ranks) { world in
            _ = try fit("run", broken: [13]) { $0.onNaN = .stop }.run(in: world)
        }
        for result in results {
            let error = #expect(throws: TrainingError.self) { try result.get() }
            #expect(error?.exitStatus == .failed && error?.description.contains("the loss is nan") == true)
        }
    }

    /// The same points, of which one jumps from some epoch on.
    struct Spiky: SampleSource {
        let count = 40
        let shape = SampleShape(input: [2], target: .classes(2))
        /// Twenty epochs are a hundred steps.
        var calmEpochs = 24

        func read(_ sample: Int, epoch: Int, into slot: SampleSlot) {
            Broken().read(sample, epoch: epoch, into: slot)
            if sample == 13 && epoch >= calmEpochs { slot.input[0] = -1000 * slot.input[0] }
        }
    }

    private func spikyFit(_ run: String, _ change: (inout Fit) -> Void = { _ in }) -> Fit {
        var fit = Fit(try! Perceptron(Broken().shape), on: Spiky(), test: Broken())
        (fit.globalBatch, fit.shards, fit.epochs, fit.logEvery, fit.isQuiet) = (8, 4, 27, 1, true)
        (fit.onNaN, fit.spikeFactor) = (.skip, 20)
        fit.runFolder = workshop.path(run)
        change(&fit)
        return fit
    }

    @Test func aSpikeIsLeftOut() throws {
        let whole = try spikyFit("whole").run(in: LocalCommunicator())
        let lines = try workshop.metrics("whole").filter { $0.kind == "train" }
        #expect(lines.last?["skipped_steps"]?.intValue == 3 && lines.count == 135)
        #expect(lines.count { $0["loss"]?.isNull == true } == 3)
        let calm = lines.compactMap { $0["grad_norm"]?.doubleValue }.filter { $0 < 5 }
        #expect(calm.count == 132)
        for ranks in 2...3 {
            for result in withThreadRanks(ranks, { try spikyFit("run-\(ranks)").run(in: $0) }) {
                #expect(try result.get().stateHash == whole.stateHash)
            }
            try workshop.expectSame("run-\(ranks)", "whole", checkpoints: true)
        }
        // What was seen before a stop is known after it.
        for step in [50, 118, 124] {
            _ = try spikyFit("stopped-\(step)") { $0.maxSteps = step }.run(in: LocalCommunicator())
            _ = try spikyFit("stopped-\(step)") { $0.resume = .auto }.run(in: LocalCommunicator())
            try workshop.expectSame("stopped-\(step)", "whole")
        }
        #expect(
            try spikyFit("open") { $0.spikeFactor = nil }.run(in: LocalCommunicator()).stateHash
                != whole.stateHash)
    }

    @Test func aSpikeEndsTheRunWhereNoneIsSkipped() throws {
        let error = #expect(throws: TrainingError.self) {
            try spikyFit("run") { $0.onNaN = .stop }.run(in: LocalCommunicator())
        }
        guard case .diverged(let step, let reason, _) = error else { return }
        #expect(121...125 ~= step && reason.contains("on average before"))
    }

    @Test func aHistoryThatIsNoneIsRefused() {
        for (count, mean) in [(-1, 1), (5, -1), (5, .nan), (5, .infinity), (0, 3)] as [(Int, Double)] {
            #expect(NormHistory(count: count, mean: mean) == nil)
        }
    }

    /// Where every batch has a broken sample, ten steps are enough.
    @Test(arguments: 1...3)
    func skippingHasAnEnd(ranks: Int) throws {
        let results = withThreadRanks(ranks) { world in
            _ = try fit("run", broken: Set(0..<40)) { $0.checkpointEvery = 1 }.run(in: world)
        }
        for result in results {
            let error = #expect(throws: TrainingError.self) { try result.get() }
            guard case .diverged(let step, let reason, let checkpoint) = error else { continue }
            #expect(step == 11 && checkpoint == 10 && reason.contains("10 steps before it were skipped"))
        }
    }

    /// Its parameters are sound, but what is measured is not: no line, no model.
    @Test(arguments: 1...3)
    func anEvaluationThatIsNoNumberEndsTheRun(ranks: Int) throws {
        let results = withThreadRanks(ranks) { world in
            _ = try fit("run", broken: [], test: [30]) { $0.checkpointEvery = 2 }.run(in: world)
        }
        for result in results {
            let error = #expect(throws: TrainingError.self) { try result.get() }
            #expect(error == .diverged(step: 5, reason: "the loss of test samples is nan", checkpoint: 4))
        }
        #expect(try workshop.metrics("run").allSatisfy { $0.kind == "train" })
        #expect(throws: (any Error).self) { try workshop.bytes("run", "model.safetensors") }
    }

    /// The replicas differ: that is the news, and not that training diverged.
    @Test func aParameterThatIsNoNumberOnOneRankNamesTheRank() throws {
        let configuration = try workshop.configuration(Self.settings.with(["verify_every": 100]))
        let errors = withThreadRanks(3) { world in
            let job = try TrainingJob(configuration, world: world, checkpoint: nil)
            let trainer = try Trainer(job, recorder: Worker(), requests: .none)
            if world.rank == 2 { trainer.state.parameters.pointer[7] = .infinity }
            try trainer.requireSound()
        }
        for result in errors {
            let error = #expect(throws: TrainingError.self) { try result.get() }
            #expect(error == .replicasDiffer(rank: 2, tensor: "model.fc1.weight", step: 0))
        }
    }
}
