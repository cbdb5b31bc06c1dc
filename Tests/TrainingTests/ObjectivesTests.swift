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

/// Several objectives in a run, and gradients written directly: `scripts/make-own-networks.py` took the same steps in
/// PyTorch.
@Suite(.timeLimit(.minutes(10))) struct ObjectivesTests {
    /// Points of a ring, and latent numbers beside them.
    struct Ring: SampleSource {
        let count = 22
        let shape = SampleShape(input: [6], target: .classes(2))

        func read(_ sample: Int, epoch: Int, into slot: SampleSlot) {
            var stream = RandomStream(seed: 3, name: "ring", index: sample)
            for place in 0..<6 { slot.input[place] = 2 * stream.nextUnit() - 1 }
            slot.labels[0] = Int32(sample % 2)
        }
    }

    /// Two networks against each other: four numbers are true, two are what false ones are made of.
    struct Adversaries {
        struct Network: Module {
            let first, second: Linear
            var children: KeyValuePairs<String, any Module> { ["first": first, "second": second] }

            init(_ inputs: Int, _ hidden: Int, _ outputs: Int) {
                first = Linear(inputs: inputs, outputs: hidden)
                second = Linear(inputs: hidden, outputs: outputs)
            }

            func callAsFunction(_ x: Tensor) -> Tensor { second(tanh(first(x))) }
        }

        let discriminator = Network(4, 8, 1)
        let generator = Network(2, 8, 4)

        private func verdict(_ x: Tensor, _ target: Float) -> Tensor {
            let logits = discriminator(x)
            return binaryCrossEntropy(
                logits, Tensor(shape: logits.shape, [Float](repeating: target, count: logits.count)))
        }

        var objectives: [Objective] {
            [
                Objective(
                    "discriminator", of: discriminator, by: SGD(momentum: 0.5), at: .constant(0.2)
                ) { batch, _ in
                    let made = generator(batch.inputs.sliced(axis: 1, 4..<6)).detach()
                    return Outcome(
                        loss: verdict(batch.inputs.sliced(axis: 1, 0..<4), 1) + verdict(made, 0))
                },
                Objective("generator", of: generator, by: SGD(momentum: 0.8), at: .constant(0.1)) {
                    batch, _ in
                    Outcome(loss: verdict(generator(batch.inputs.sliced(axis: 1, 4..<6)), 1))
                },
            ]
        }
    }

    /// A restricted Boltzmann machine trained by one step of contrastive divergence (Hinton 2002): probabilities in place
    /// of samples.
    struct Boltzmann: Model {
        let weight = Parameter([5, 6], .uniform(bound: 0.3))
        let visibleBias = Parameter([6], .uniform(bound: 0.1))
        let hiddenBias = Parameter([5], .uniform(bound: 0.1))
        var parameters: KeyValuePairs<String, Parameter> {
            ["weight": weight, "visible_bias": visibleBias, "hidden_bias": hiddenBias]
        }

        func outcome(of batch: Batch, mode: Mode) -> Outcome {
            let (w, b, c) = (weight.tensor, visibleBias.tensor, hiddenBias.tensor)
            let visible = batch.inputs
            let hidden = sigmoid(linear(visible, weight: w, bias: c))
            let seen = sigmoid(matmul(hidden, w) + b)
            let again = sigmoid(linear(seen, weight: w, bias: c))
            return Outcome(
                loss: ((seen - visible) * (seen - visible)).sum(),
                gradients: [
                    matmul(again.transposed(), seen) - matmul(hidden.transposed(), visible),
                    (seen - visible).sum(axis: 0), (again - hidden).sum(axis: 0),
                ])
        }
    }

    static let runs = ["adversaries", "divergence"]

    /// The state after each of six steps: two epochs of three, the last of six samples.
    private func states(
        _ run: String, world: any Communicator, shards: Int = 5
    ) throws -> [[(name: String, values: [Float])]] {
        var plan = TrainingPlan()
        (plan.globalBatch, plan.shards, plan.epochs, plan.seed, plan.bucketSize) = (8, shards, 2, 7, 40)
        let job = try TrainingJob(
            plan, world: world,
            loadData: { TrainingData(train: Ring(), test: Ring(), digest: "ring") },
            makeObjectives: { _, _ in
                run == "adversaries"
                    ? Adversaries().objectives
                    : [Objective(Boltzmann(), by: SGD(momentum: 0.5), at: .constant(0.1))]
            })
        let trainer = try Trainer(
            job, recorder: Worker(), requests: Requests(stop: { false }, takeSave: { false }))
        return try (0..<6).map { _ in
            _ = try trainer.step()
            return trainer.state.tensors.map { ($0.name, Array($0.values)) }
        }
    }

    @Test(arguments: runs, 1...4)
    func bitsDoNotDependOnTheWorldSize(run: String, size: Int) throws {
        let alone = try states(run, world: LocalCommunicator()).map { $0.map { bits($0.values) } }
        for result in withThreadRanks(size, { try states(run, world: $0).map { $0.map { bits($0.values) } } })
        {
            #expect(try result.get() == alone)
        }
    }

    @Test(arguments: runs)
    func stepsArePyTorchs(run: String) throws {
        let file = try SafeTensorsFile(path: fixture("objectives_\(run).safetensors"))
        for (step, tensors) in try states(run, world: LocalCommunicator()).enumerated() {
            let parameters = tensors.filter { $0.name.hasPrefix("model.") }
            #expect(parameters.count == file.entries.count / 6)
            for (name, values) in parameters {
                let expected = try file.floats("step_\(step + 1).\(name.dropFirst("model.".count))")
                #expect(mismatch(values, expected, atol: 1e-5) == nil, "\(name) after step \(step + 1)")
            }
        }
    }

    @Test func stateIsNamedByObjective() throws {
        let names = try states("adversaries", world: LocalCommunicator())[0].map(\.name)
        #expect(names.contains("model.discriminator.first.weight"))
        #expect(names.contains("optimizer.momentum_buffer.generator.second.bias"))
        #expect(Set(names).count == 16 && names.count == 16)
    }

    /// The generator's loss goes through the discriminator, which stands still meanwhile.
    @Test func othersAreFrozen() throws {
        let pair = Adversaries()
        let replica = Replica(
            pair.objectives.map { ($0.name, $0.model) }, products: .own)
        replica.initialize(seed: 5)
        let graph = replica.graph(.training, shards: [8], of: Ring(), part: 1)
        let target = GradientBuffer(layout: replica.parts[1].layout, metrics: replica.metrics)
        replica.train(1, into: target)
        #expect(pair.discriminator.namedParameters.allSatisfy { $0.parameter.tensor.isFrozen })
        #expect(pair.generator.namedParameters.allSatisfy { !$0.parameter.tensor.isFrozen })
        #expect(graph.multiplications.backward > 0)
    }
}
