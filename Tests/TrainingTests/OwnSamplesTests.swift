import Collectives
import NN
import Optim
import Samples
import TensorEngine
import Testing

@testable import Training

/// Samples that are a formula: x and its class by sign, and x² to tell, as vectors of any length.
private struct Parabola: SampleSource {
    let count: Int
    let shape: SampleShape

    func read(_ sample: Int, epoch: Int, into slot: SampleSlot) {
        let x = Float((sample * 37 + 11) % 101) / 50 - 1
        for index in 0..<shape.inputCount { slot.input[index] = index == 0 ? x : x * x * x / Float(index) }
        for index in 0..<shape.labelsPerSample { slot.labels[index] = x < 0 ? 0 : 1 }
        for index in 0..<shape.numbersPerSample { slot.numbers[index] = x * x - Float(index) / 8 }
    }
}

/// Tells numbers: two layers, the mean squared error.
private struct Regression: Model {
    let fc1: Linear
    let fc2: Linear
    var children: KeyValuePairs<String, any Module> { ["fc1": fc1, "fc2": fc2] }

    init(_ shape: SampleShape) {
        fc1 = Linear(inputs: shape.inputCount, outputs: 16)
        fc2 = Linear(inputs: 16, outputs: shape.numbersPerSample)
    }

    func outcome(of batch: Batch, mode: Mode) -> Outcome {
        let y = fc2(relu(fc1(batch.inputs.flattened())))
        return Outcome(
            loss: meanSquaredError(y.reshaped(to: batch.numbers.shape), batch.numbers), logits: nil)
    }
}

@Suite(.timeLimit(.minutes(10))) struct OwnSamplesTests {
    private static func job(
        _ world: any Communicator, train: any SampleSource, test: any SampleSource,
        model: @escaping (SampleShape) throws -> any Model
    ) throws -> TrainingJob {
        var plan = TrainingPlan()
        (plan.globalBatch, plan.shards, plan.epochs) = (20, 8, 60)
        return try TrainingJob(
            plan, world: world, loadData: { TrainingData(train: train, test: test, digest: "formula") },
            makeObjectives: { train, _ in
                [Objective(try model(train.shape), by: Adam(), at: ConstantSchedule(0.01))]
            })
    }

    /// Targets that are numbers, of any shape, are learned, with the same bits on any number of ranks.
    @Test(arguments: [[1], [2, 3], []])
    func numbersAreLearned(numbers: [Int]) throws {
        let shape = SampleShape(input: [3], target: .numbers(numbers))
        let (train, test) = (Parabola(count: 101, shape: shape), Parabola(count: 33, shape: shape))
        var digests: Set<[UInt8]> = []
        for ranks in 1...4 {
            let results = withThreadRanks(ranks) { world in
                let job = try Self.job(world, train: train, test: test) { Regression($0) }
                let before = try job.evaluator.evaluate(test)
                let trainer = try Trainer(
                    job, recorder: Worker(), requests: Requests(stop: { false }, takeSave: { false }))
                try trainer.run()
                return (before, try job.evaluator.evaluate(test), trainer.state.digest)
            }
            for result in results {
                let (before, after, digest) = try result.get()
                #expect(after.loss < 0.01 && before.loss > 10 * after.loss, "\(before.loss), \(after.loss)")
                #expect(after.samples == 33 && after.accuracy == nil)
                digests.insert(digest)
            }
        }
        #expect(digests.count == 1)
    }

    static let unusable: [(train: (Int, SampleShape), test: (Int, SampleShape), sentence: String)] = [
        (
            (0, SampleShape(input: [3], target: .classes(2))),
            (5, SampleShape(input: [3], target: .classes(2))),
            "expected 1 to 2147483647 training samples, found 0"
        ),
        (
            (5, SampleShape(input: [3], target: .classes(2))),
            (-1, SampleShape(input: [3], target: .classes(2))),
            "expected 1 to 2147483647 test samples, found -1"
        ),
        (
            (5, SampleShape(input: [3], target: .classes(1))),
            (5, SampleShape(input: [3], target: .classes(1))),
            "training samples: expected 2 to 65536 classes, found 1"
        ),
        (
            (5, SampleShape(input: [3], target: .classes(2))),
            (5, SampleShape(input: [4], target: .classes(2))),
            "the training samples are 3, 2 classes, but the test samples are 4, 2 classes: give both one shape"
        ),
    ]

    @Test(arguments: unusable.indices)
    func aMistakeInASourceIsTold(index: Int) {
        let (train, test, sentence) = Self.unusable[index]
        let results = withThreadRanks(3) { world in
            _ = try Self.job(
                world, train: Parabola(count: train.0, shape: train.1),
                test: Parabola(count: test.0, shape: test.1)
            ) { try Perceptron($0) }
        }
        for (rank, result) in results.enumerated() {
            let failure = #expect(throws: AgreedFailure.self) { try result.get() }
            #expect(failure?.status == .badData)
            if rank == 0 { #expect(failure?.cause.map { "\($0)" } == sentence) }
        }
    }
}
