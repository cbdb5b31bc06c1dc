import Collectives
import Formats
import Glibc
import NN
import Optim
import Samples
import Synchronization
import TensorEngine
import TestSupport
import Testing

@testable import Runs
@testable import Training

/// Runs that a program writes itself.
@Suite(.timeLimit(.minutes(10))) struct FitTests {
    /// Points of a plane, told apart by a line.
    struct Halves: SampleSource {
        let count = 50
        let shape = SampleShape(input: [2], target: .classes(2))

        func read(_ sample: Int, epoch: Int, into slot: SampleSlot) {
            slot.input[0] = Float(sample % 7) / 3.5 - 1
            slot.input[1] = Float(sample % 5) / 2.5 - 1
            slot.labels[0] = slot.input[0] > slot.input[1] ? 1 : 0
        }
    }

    let folder = try! TemporaryFolder()

    private func fit(_ name: String? = nil) -> Fit {
        var fit = Fit(try! Perceptron(Halves().shape), on: Halves())
        fit.optimizer = Adam()
        fit.schedule = .cosine(0.05)
        (fit.globalBatch, fit.shards, fit.epochs, fit.logEvery, fit.isQuiet) = (10, 4, 4, 1, true)
        fit.runFolder = name.map { "\(folder.path)/\($0)" }
        return fit
    }

    private func run(_ fit: @escaping @Sendable () -> Fit, ranks: Int) throws -> [FitResult] {
        try withThreadRanks(ranks) { try fit().run(in: $0) }.map { try $0.get() }
    }

    @Test(arguments: 1...4)
    func resultsDoNotDependOnTheWorldSize(ranks: Int) throws {
        let alone = try fit().run(in: LocalCommunicator())
        #expect(alone.steps == 20 && alone.test.samples == 50)
        for result in try run({ fit() }, ranks: ranks) {
            #expect(result.stateHash == alone.stateHash && result.test == alone.test)
        }
    }

    @Test func aResumedRunIsTheSame() throws {
        let whole = try fit("whole").run(in: LocalCommunicator())
        _ = try run(
            {
                var fit = fit("parts")
                fit.maxSteps = 7
                return fit
            }, ranks: 3)
        let resumed = try run(
            {
                var fit = fit("parts")
                fit.resume = .auto
                return fit
            }, ranks: 2)
        #expect(resumed[0].stateHash == whole.stateHash)
        for file in ["metrics.jsonl", "model.safetensors"] {
            #expect(
                try Files.read("\(folder.path)/whole/\(file)") == Files.read("\(folder.path)/parts/\(file)"))
        }
    }

    @Test(arguments: [1, 3])
    func aProgramEndsItsRun(ranks: Int) throws {
        let afterEpoch = try run(
            {
                var fit = fit("epoch-\(ranks)")
                fit.afterEpoch = { $0.epoch == 2 ? .stop : .goOn }
                return fit
            }, ranks: ranks)
        #expect(afterEpoch.allSatisfy { $0.steps == 10 })
        #expect(Files.exists("\(folder.path)/epoch-\(ranks)/model.safetensors"))
        // A decision after a step travels with the next step's gradients.
        let afterStep = try run(
            {
                var fit = fit()
                fit.afterStep = { $0.step == 3 ? .stop : .goOn }
                return fit
            }, ranks: ranks)
        #expect(afterStep.allSatisfy { $0.steps == 4 })
        // One that ended goes on from there, and its program is asked again.
        let again = try run(
            {
                var fit = fit("epoch-\(ranks)")
                fit.afterEpoch = { $0.epoch == 2 ? .stop : .goOn }
                fit.resume = .auto
                return fit
            }, ranks: ranks)
        #expect(again.map(\.stateHash) == afterEpoch.map(\.stateHash))
    }

    /// Keeps what it gets.
    final class Shelf: CheckpointSink {
        let saved = Mutex<[Int: [UInt8]]>([:])

        func save(_ bytes: [UInt8], step: Int) throws { saved.withLock { $0[step] = bytes } }
    }

    @Test(arguments: [1, 3])
    func sinksGetEveryCheckpoint(ranks: Int) throws {
        let shelf = Shelf()
        _ = try run(
            {
                var fit = fit("sinks-\(ranks)")
                (fit.sinks, fit.keepLast) = ([shelf], 1)
                return fit
            }, ranks: ranks)
        let saved = shelf.saved.withLock { $0 }
        #expect(saved.keys.sorted() == [5, 10, 15, 20])
        let last = "\(folder.path)/sinks-\(ranks)/checkpoints/step-00000020.safetensors"
        #expect(try Files.read(last) == saved[20])
    }

    /// A sink may take its time: the steps go on, and it gets the checkpoints one by one in their order.
    @Test(arguments: [1, 3])
    func stepsGoOnBesideASink(ranks: Int) throws {
        final class Slow: CheckpointSink {
            let steps = Mutex<[Int]>([])
            let lastStep = Atomic(0)
            let isBusy = Atomic(false)

            func save(_ bytes: [UInt8], step: Int) throws {
                let isSecond = isBusy.exchange(true, ordering: .relaxed)
                #expect(!isSecond)
                // Those until the next checkpoint are taken meanwhile, where there are any.
                while lastStep.load(ordering: .relaxed) < min(step + 4, 20) { usleep(500) }
                steps.withLock { $0.append(step) }
                isBusy.store(false, ordering: .relaxed)
            }
        }
        let slow = Slow()
        _ = try run(
            {
                var fit = fit("slow-\(ranks)")
                fit.sinks = [slow]
                fit.afterStep = {
                    slow.lastStep.store($0.step, ordering: .relaxed)
                    return .goOn
                }
                return fit
            }, ranks: ranks)
        #expect(slow.steps.withLock { $0 } == [5, 10, 15, 20])
    }

    /// The last step of a run's time: one rank's clock decides for all.
    @Test(arguments: [1, 3])
    func aRunWhoseTimeIsOverStops(ranks: Int) throws {
        let results = withThreadRanks(ranks) { world in
            var fit = fit("late-\(ranks)")
            fit.maxTime = 0.5  // less than it leaves for the end
            _ = try fit.run(in: world)
        }
        for result in results {
            let stop = #expect(throws: RequestedStop.self) { try result.get() }
            #expect(stop?.step == 1 && stop?.exitStatus == .resumable)
        }
        let stop = #expect(throws: RequestedStop.self) { try results[0].get() }
        let words = try #require(stop).description
        #expect(words.hasPrefix("stopped at step 1 of 20, for maxTime is nearly over; "), "\(words)")
        #expect(RunStatus(of: RunFolder(path: "\(folder.path)/late-\(ranks)"))?.state == .stopped)
    }

    /// What a sink throws ends the run on every rank.
    @Test func aSinkThatFailsEndsTheRun() throws {
        struct Full: CheckpointSink {
            func save(_ bytes: [UInt8], step: Int) throws {
                throw FileError(.ioFailure, "the shelf", "it is full", advice: "make room")
            }
        }
        let results = withThreadRanks(2) { world in
            var fit = fit("full")
            fit.sinks = [Full()]
            _ = try fit.run(in: world)
        }
        for result in results {
            let failure = #expect(throws: AgreedFailure.self) { try result.get() }
            #expect(failure?.status == .ioFailure)
        }
    }

    @Test(arguments: [1, 2])
    func mistakesAreUsageErrors(ranks: Int) throws {
        let results = withThreadRanks(ranks) { world in
            var fit = fit()
            fit.resume = .auto
            _ = try fit.run(in: world)
        }
        for result in results {
            let failure = #expect(throws: AgreedFailure.self) { try result.get() }
            #expect(failure?.status == .usage)
        }
    }

    @Test func anotherBatchCannotGoOn() throws {
        var first = fit("batch")
        first.maxSteps = 5
        _ = try first.run(in: LocalCommunicator())
        var second = fit("batch")
        (second.resume, second.globalBatch) = (.auto, 20)
        let failure = #expect(throws: AgreedFailure.self) { try second.run(in: LocalCommunicator()) }
        #expect("\(failure?.cause as Any)".contains("global_batch is 20 here but 10 in the checkpoint"))
    }

    @Test(arguments: [1, 3])
    func anotherRunsCheckpointIsRefused(ranks: Int) throws {
        _ = try fit("own").run(in: LocalCommunicator())
        var other = fit("other")
        (other.optimizer, other.epochs) = (Adam(beta1: 0.5), 5)
        _ = try other.run(in: LocalCommunicator())
        let name = "checkpoints/step-00000025.safetensors"
        try Files.publish("\(folder.path)/own/\(name)", Files.read("\(folder.path)/other/\(name)"))
        let results = withThreadRanks(ranks) { world in
            var fit = fit("own")
            fit.resume = .auto
            _ = try fit.run(in: world)
        }
        for result in results {
            let failure = #expect(throws: AgreedFailure.self) { try result.get() }
            #expect(failure?.status == .badData)
            guard let cause = failure?.cause else { continue }
            #expect("\(cause)".contains("is of run") && "\(cause)".contains("its optimizer is"))
        }
    }

    /// A cosine is spread over the epochs there were, or is stretched, where the program says so.
    @Test(arguments: [1, 2])
    func aLongerRunNeedsAWord(ranks: Int) throws {
        func longer(_ name: String, _ extend: ScheduleExtension?) throws -> [Result<FitResult, any Error>] {
            _ = try fit(name).run(in: LocalCommunicator())
            return withThreadRanks(ranks) { world in
                var fit = fit(name)
                (fit.resume, fit.epochs, fit.extend) = (.auto, 6, extend)
                return try fit.run(in: world)
            }
        }
        for result in try longer("refused", nil) {
            let failure = #expect(throws: AgreedFailure.self) { _ = try result.get() }
            #expect(failure?.status == .usage)
        }
        for (extend, schedule) in [(ScheduleExtension.hold, 4), (.stretch, 6)] {
            let name = extend.rawValue
            let results = try longer(name, extend).map { try $0.get() }
            #expect(results.allSatisfy { $0.steps == 30 })
            let text = String(decoding: try Files.read("\(folder.path)/\(name)/metrics.jsonl"), as: UTF8.self)
            let last = try #require(
                text.split(separator: "\n").map { JSONLine($0) }.last { $0.kind == "train" })
            let expected = CosineSchedule(0.05).rate(at: schedule == 4 ? 19 : 29, of: schedule * 5)
            #expect(last["lr"]?.doubleValue == expected)
        }
    }

    /// A change of the rule is recorded, however the program writes it.
    @Test func whatAProgramChangesIsRecorded() throws {
        var first = fit("changed")
        first.maxSteps = 5
        _ = try first.run(in: LocalCommunicator())
        var second = fit("changed")
        (second.resume, second.schedule, second.maxSteps) = (.auto, .cosine(0.1), 5)
        _ = try second.run(in: LocalCommunicator())
        let text = String(decoding: try Files.read("\(folder.path)/changed/history.jsonl"), as: UTF8.self)
        #expect(text.hasPrefix(#"{"step":5,"key":"schedule","from":"CosineSchedule "#), "\(text)")
        #expect(text.split(separator: "\n").count == 1)
    }
}
