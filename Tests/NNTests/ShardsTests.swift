import NN
import TensorEngine
import TestSupport
import Testing

/// Several shards in one pass, in training: every model's losses and gradients are those of the shards alone, the gradients added over
/// their tree.
@Suite struct ShardsTests {
    private struct Result {
        /// One for each shard.
        let losses: [Float]
        let logits: [Float]
        /// Parameter by parameter.
        let gradients: [[Float]]
        let usesParametersOnce: Bool
    }

    private func run(_ model: any Model, _ batch: Batch) -> Result {
        let outcome = model.outcome(of: batch, mode: .training)
        let recording = Recording(of: outcome.loss)
        recording.backward()
        return Result(
            losses: outcome.loss.values, logits: outcome.logits?.values ?? [],
            gradients: model.namedParameters.map(\.parameter.tensor.gradient),
            usesParametersOnce: recording.usesLeavesOnce)
    }

    @Test(
        arguments: models.indices,
        [[1, 1], [3, 0, 1, 4], [0, 2], [2, 2, 2, 2, 2, 2, 2, 2], [5, 0, 0, 1, 0, 3, 1]])
    func togetherEqualsAlone(index: Int, shards: [Int]) throws {
        let (shared, model) = (models[index], try models[index].make())
        model.initialize(seed: 1)
        let samples = shards.reduce(0, +)
        let together = run(model, shared.batch(0..<samples, shards: shards))
        var first = 0
        let alone = shards.map { count -> Result? in
            defer { first += count }
            return count == 0 ? nil : run(model, shared.batch(first..<first + count))
        }
        #expect(together.usesParametersOnce, "\(shared.name)")
        #expect(bits(together.losses) == bits(alone.map { $0?.losses[0] ?? 0 }), "\(shared.name)")
        #expect(bits(together.logits) == bits(alone.flatMap { $0?.logits ?? [] }), "\(shared.name)")
        for (place, gradient) in together.gradients.enumerated() {
            let parts = alone.map {
                $0?.gradients[place] ?? [Float](repeating: 0, count: gradient.count)
            }
            let name = "\(shared.name), \(model.namedParameters[place].name)"
            #expect(bits(gradient) == bits(treeSum(parts[...])), "\(name)")
        }
    }
}
