import Datasets
import NN
import Samples
import TensorEngine
import TestSupport
import Testing

@testable import Runs
@testable import Training

/// Passes over several shards: which models take them, and what a pass gives.
@Suite struct ReplicaTests {
    private func set(_ kind: ModelDescriptor, count: Int = 40) throws -> (Configuration, any SampleSource) {
        var random = SplitMix(seed: UInt64(count))
        var configuration = Configuration(model: kind)
        configuration["hidden_size"] = 9
        let images = ImageSet(
            shape: .mnist,
            pixels: (0..<count * 784).map { _ in .random(in: 0...255, using: &random) },
            labels: (0..<count).map { _ in .random(in: 0...9, using: &random) })
        return (configuration, try configuration.samples(of: images))
    }

    @Test(arguments: article.models)
    func everyModelComputesSeveralShardsInAPass(kind: ModelDescriptor) throws {
        let (configuration, set) = try set(kind)
        let model = try configuration.makeModel()
        let passSize = try #require(ShardGraph.preferredPassSize(model, of: set))
        let replica = Replica(model)
        #expect(replica.leavesAtOnce(1, ofBatch: 4, of: set) == 1)
        #expect(replica.leavesAtOnce(8, ofBatch: passSize, of: set) == 8)
        #expect(replica.leavesAtOnce(8, ofBatch: 4 * passSize, of: set) == 2)
        #expect(replica.leavesAtOnce(8, ofBatch: 1000 * passSize, of: set) == 1)
    }

    /// A network that does something to its shards' losses.
    private struct Network: Classifier {
        let fc = Linear(inputs: 784, outputs: 10)
        let scale = Parameter([1], .uniform(bound: 1))
        let loss: @Sendable (_ own: Tensor, _ weight: Tensor, _ scale: Tensor) -> Tensor
        var parameters: KeyValuePairs<String, Parameter> { ["scale": scale] }
        var children: KeyValuePairs<String, any Module> { ["fc": fc] }

        func features(_ images: Tensor) -> Tensor { images.flattened() }
        func logits(features: Tensor) -> Tensor { fc(features) }

        func outcome(of batch: Batch, mode: Mode) -> Outcome {
            let logits = logits(features: features(batch.inputs))
            let own = crossEntropy(logits, batch.labels)
            return Outcome(loss: loss(own, namedParameters[1].parameter.tensor, scale.tensor), logits: logits)
        }
    }

    /// Where a parameter takes part in the loss of all shards together, each is computed alone.
    @Test func aModelThatCannotKeepShardsApartComputesThemAlone() throws {
        let (_, set) = try set(.perceptron)
        let losses: [@Sendable (Tensor, Tensor, Tensor) -> Tensor] = [
            { own, weight, _ in own + (weight * weight).sum() }, { own, _, scale in own * scale },
            { own, _, scale in own.sum() + scale.sum() }, { own, weight, _ in own + weight.mean() },
        ]
        for (index, loss) in losses.enumerated() {
            #expect(ShardGraph.preferredPassSize(Network(loss: loss), of: set) == nil, "loss \(index)")
            #expect(Replica(Network(loss: loss)).leavesAtOnce(8, ofBatch: 32, of: set) == 1)
        }
        let apart = Network { own, _, _ in own / Tensor(shape: [], [3]) }
        #expect(ShardGraph.preferredPassSize(apart, of: set) != nil)
    }

    /// A network that goes through one layer twice: alone, a shard's two shares of its gradient come together first.
    private struct Twice: Classifier {
        let inner = Linear(inputs: 28, outputs: 28)
        let fc = Linear(inputs: 28, outputs: 10)
        var children: KeyValuePairs<String, any Module> { ["inner": inner, "fc": fc] }

        func features(_ images: Tensor) -> Tensor { relu(inner(relu(inner(images.sum(axis: 1))))) }
        func logits(features: Tensor) -> Tensor { fc(features) }
    }

    @Test func aModelThatUsesAParameterTwiceComputesShardsAlone() throws {
        let (_, set) = try set(.perceptron)
        #expect(ShardGraph.preferredPassSize(Twice(), of: set) == nil)
        #expect(Replica(Twice()).leavesAtOnce(8, ofBatch: 32, of: set) == 1)
    }

    /// The score of several shards is that of each alone, the losses added over the tree.
    @Test(arguments: [ModelDescriptor.perceptron, .lstm, .digitReader, .rowGenerator])
    func scoresOfShardsAreAddedOverTheTree(kind: ModelDescriptor) throws {
        let (configuration, set) = try set(kind)
        let replica = Replica(try configuration.makeModel())
        replica.initialize(seed: 3)
        let (shards, samples) = ([3, 0, 1, 4, 7], (0..<15).map { Int32($0 * 2) })
        func score(_ shards: [Int], _ samples: ArraySlice<Int32>) -> [Float] {
            let graph = replica.graph(.training, shards: shards, of: set)
            graph.load(samples, of: set, at: .evaluation)
            graph.forward(version: replica.version)
            var score = [Float](repeating: .nan, count: replica.metrics.width)
            graph.writeScore(to: &score)
            return score
        }
        var first = 0
        let alone = shards.map { count in
            defer { first += count }
            return count == 0
                ? [Float](repeating: 0, count: replica.metrics.width)
                : score([count], samples[first..<first + count])
        }
        #expect(bits(score(shards, samples[...])) == bits(treeSum(alone[...])))
        #expect(alone[0][0] > 0)
    }

    /// A graph takes in the parameters again when they changed, and only then.
    @Test(arguments: article.models)
    func graphsTakeInChangedParameters(kind: ModelDescriptor) throws {
        let (configuration, set) = try set(kind)
        let samples = (0..<4).map { Int32($0) }[...]
        func losses(_ replica: Replica, _ mode: Mode) -> Double {
            let graph = replica.graph(mode, shards: [4], of: set)
            graph.load(samples, of: set, at: .evaluation)
            graph.forward(version: replica.version)
            return graph.score(of: 0).lossSum
        }
        let (replica, other) = (
            Replica(try configuration.makeModel()), Replica(try configuration.makeModel())
        )
        replica.initialize(seed: 3)
        let before = [Mode.training, .evaluation].map { losses(replica, $0) }
        #expect([Mode.training, .evaluation].map { losses(replica, $0) } == before)
        other.initialize(seed: 4)
        replica.parameters.pointer.update(from: other.parameters.pointer, count: replica.layout.count)
        replica.parametersChanged()
        let after = [Mode.training, .evaluation].map { losses(replica, $0) }
        #expect(after == [Mode.training, .evaluation].map { losses(other, $0) })
        #expect(after != before)
        replica.initialize(seed: 3)
        #expect([Mode.training, .evaluation].map { losses(replica, $0) } == before)
    }
}
