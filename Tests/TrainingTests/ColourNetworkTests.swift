import Collectives
import Determinism
import Formats
import NN
import Optim
import Samples
import TensorEngine
import TestSupport
import Testing

@testable import Training

/// A residual network of one's own on pictures of CIFAR's size: `scripts/make-own-networks.py` took the same steps in
/// PyTorch.
@Suite(.timeLimit(.minutes(10))) struct ColourNetworkTests {
    struct Noise: SampleSource {
        let count = 20
        let shape = SampleShape(input: [3, 32, 32], target: .classes(10))

        func read(_ sample: Int, epoch: Int, into slot: SampleSlot) {
            var stream = RandomStream(seed: 3, name: "colours", index: sample)
            for place in 0..<shape.inputCount { slot.input[place] = stream.nextUnit() }
            slot.labels[0] = Int32(sample * 7 % 10)
        }
    }

    /// Three convolutions, the second around a shortcut, then the mean over each map.
    struct Network: Classifier {
        let stem = Conv2d(inputs: 3, outputs: 16, kernel: 3, padding: 1)
        let inner = Conv2d(inputs: 16, outputs: 16, kernel: 3, padding: 1)
        let wide = Conv2d(inputs: 16, outputs: 32, kernel: 3, padding: 1)
        let fc = Linear(inputs: 32, outputs: 10)
        var children: KeyValuePairs<String, any Module> {
            ["stem": stem, "inner": inner, "wide": wide, "fc": fc]
        }

        func features(_ x: Tensor) -> Tensor {
            let small = maxPool2d(relu(stem(x)), kernel: 2)
            return globalAvgPool2d(relu(wide(maxPool2d(small + relu(inner(small)), kernel: 2))))
        }

        func logits(features: Tensor) -> Tensor { fc(features) }
    }

    private struct Outcome {
        let losses, logits: [Float]
        let parameters: [(name: String, values: [Float])]
    }

    private func train(_ world: any Communicator) throws -> Outcome {
        var plan = TrainingPlan()
        (plan.globalBatch, plan.shards, plan.epochs, plan.seed) = (8, 4, 2, 7)
        let network = Network()
        let job = try TrainingJob(
            plan, world: world,
            loadData: { TrainingData(train: Noise(), test: Noise(), digest: "noise") },
            makeObjectives: { _, _ in [Objective(network, by: SGD(momentum: 0.9), at: .constant(0.2))] })
        let trainer = try Trainer(
            job, recorder: Worker(), requests: Requests(stop: { false }, takeSave: { false }))
        let losses = try (0..<5).map { _ in Float(try trainer.step().score.loss) }
        let pictures = (0..<20).flatMap { Noise().sample($0).input }
        return Outcome(
            losses: losses, logits: network.logits(Tensor(shape: [20, 3, 32, 32], pictures)).values,
            parameters: trainer.state.tensors.prefix(8).map { ($0.name, Array($0.values)) })
    }

    @Test func stepsArePyTorchs() throws {
        let file = try SafeTensorsFile(path: fixture("colours.safetensors"))
        let found = try train(LocalCommunicator())
        #expect(mismatch(found.losses, try file.floats("losses"), atol: 1e-5) == nil)
        #expect(mismatch(found.logits, try file.floats("logits"), atol: 1e-4) == nil)
        for (name, values) in found.parameters {
            let every7th = stride(from: 0, to: values.count, by: 7).map { values[$0] }
            let expected = try file.floats(String(name.dropFirst("model.".count)))
            #expect(mismatch(every7th, expected, atol: 1e-5) == nil, "\(name)")
        }
    }

    @Test(arguments: 2...4)
    func bitsDoNotDependOnTheWorldSize(size: Int) throws {
        let alone = try train(LocalCommunicator()).parameters.map { bits($0.values) }
        for result in withThreadRanks(size, { try train($0).parameters.map { bits($0.values) } }) {
            #expect(try result.get() == alone)
        }
    }
}
