import Collectives
import NN
import Optim
import Samples
import TensorEngine
import Testing

@testable import Training

/// The sum of two ranks' gradients, and what an update makes of it, are flushed like the rest: it is the same tree that one
/// rank adds up alone.
@Suite(.timeLimit(.minutes(10))) struct SubnormalSumsTests {
    private static let smallest = Float.leastNormalMagnitude

    /// Two samples, 1.75 and -1.5 times the smallest number.
    private struct Pair: SampleSource {
        let count = 2
        let shape = SampleShape(input: [1], target: .numbers([1]))
        func read(_ sample: Int, epoch: Int, into slot: SampleSlot) {
            slot.input[0] = smallest * (sample == 0 ? 1.75 : -1.5)
            slot.numbers[0] = 0
        }
    }

    /// A weight w, and a sample's loss w·x.
    private struct Product: Model {
        let weight = Parameter([1], .constant(0))
        var parameters: KeyValuePairs<String, Parameter> { ["weight": weight] }
        func outcome(of batch: Batch, mode: Mode) -> Outcome {
            Outcome(loss: (batch.inputs.flattened() * weight.tensor).sum())
        }
    }

    @Test(arguments: 1...2)
    func areZeroAtEveryWorldSize(ranks: Int) throws {
        var plan = TrainingPlan()
        (plan.globalBatch, plan.shards, plan.epochs) = (2, 2, 1)
        let settled = plan
        let weights = try withThreadRanks(ranks) { world in
            let job = try TrainingJob(
                settled, world: world,
                loadData: { TrainingData(train: Pair(), test: Pair(), digest: "pair") },
                makeObjectives: { _, _ in [Objective(Product(), by: SGD(), at: .constant(0x1p126))] })
            let trainer = try Trainer(
                job, recorder: Worker(), requests: Requests(stop: { false }, takeSave: { false }))
            _ = try trainer.step()
            return trainer.state.parameters.values[0]
        }.map { try $0.get() }
        #expect(weights == [Float](repeating: 0, count: ranks))
    }
}
