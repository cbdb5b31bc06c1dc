import Determinism
import TensorEngine
import TestSupport
import Testing

/// What several shards go through in one pass.
struct ShardedNetwork: Sendable, CustomTestStringConvertible {
    /// Samples of several shards, or of one alone.
    struct Inputs {
        let x: Tensor
        /// Numbers below 5.
        let labels: Labels
        let keys: SampleKeys
        let parameters: [Tensor]
    }

    let testDescription: String
    /// The shape of one sample.
    let x: [Int]
    let labelsPerSample: Int
    let parameters: [[Int]]
    /// Values of each sample along the first axis, or a loss for each shard.
    let output: @Sendable (Inputs) -> Tensor

    init(
        _ testDescription: String, x: [Int], labelsPerSample: Int = 1, parameters: [[Int]],
        output: @escaping @Sendable (Inputs) -> Tensor
    ) {
        (self.testDescription, self.x, self.labelsPerSample) = (testDescription, x, labelsPerSample)
        (self.parameters, self.output) = (parameters, output)
    }

    /// Expects every sample's values, and its gradient, to be those it has without other shards, and the gradients of
    /// parameters to be those of the shards alone, added over their tree: bit for bit.
    func expectShardsAreApart(_ shards: [Int], sourceLocation: SourceLocation = #_sourceLocation) {
        let together = run(0..<shards.reduce(0, +), shards: shards)
        var first = 0
        let alone = shards.map { count -> Result? in
            defer { first += count }
            return count == 0 ? nil : run(first..<first + count, shards: nil)
        }
        #expect(together.isSummedApart, sourceLocation: sourceLocation)
        let outputs = alone.flatMap { $0?.output ?? (together.isLoss ? [0] : []) }
        #expect(bits(together.output) == bits(outputs), sourceLocation: sourceLocation)
        #expect(
            bits(together.input) == bits(alone.flatMap { $0?.input ?? [] }), "gradient of x",
            sourceLocation: sourceLocation)
        for (index, gradient) in together.parameters.enumerated() {
            let parts = alone.map { $0?.parameters[index] ?? [Float](repeating: 0, count: gradient.count) }
            #expect(gradient.contains { $0 != 0 }, "parameter \(index)", sourceLocation: sourceLocation)
            #expect(
                bits(gradient) == bits(treeSum(parts[...])), "parameter \(index)",
                sourceLocation: sourceLocation)
        }
    }

    struct Result {
        let output, input: [Float]
        let parameters: [[Float]]
        let isLoss: Bool
        /// Whether the output still knows the shards, and each parameter's gradient comes from one op.
        let isSummedApart: Bool
    }

    /// Some samples of the same data set.
    ///
    /// - Parameter shards: nil for samples of one.
    func run(_ samples: Range<Int>, shards: [Int]?) -> Result {
        func values(_ perSample: Int, seed: UInt64) -> [Float] {
            let all = awayFromZero(samples.upperBound * perSample, seed: seed)
            return Array(all[(samples.lowerBound * perSample)...])
        }
        let order = shards.map { SumOrder(counts: $0) }
        let x = Tensor(
            shape: [samples.count] + self.x, storage: Storage(values(self.x.reduce(1, *), seed: 1)),
            requiresGradient: true, sumOrder: order)
        let labels = Labels(count: samples.count * labelsPerSample, sumOrder: order)
        let keys = SampleKeys(count: samples.count, sumOrder: order)
        for (slot, sample) in samples.enumerated() {
            keys.samples[slot] = Int32(sample)
            for place in 0..<labelsPerSample {
                labels.pointer[slot * labelsPerSample + place] = Int32((3 * sample + 2 * place) % 5)
            }
        }
        let parameters = parameters.enumerated().map { randomLeaf($1, seed: UInt64($0 + 2)) }
        // What is computed may be used several times, a leaf that gets a gradient only once.
        let copy = Tensor("copy", shape: x.shape, from: x) {
            $0.pointer.update(from: x.pointer, count: x.count)
        } backward: { y in
            x.receiveGradient { target, _ in target.update(from: y.gradientPointer, count: x.count) }
        }.keepingSamples(of: x)
        let output = output(Inputs(x: copy, labels: labels, keys: keys, parameters: parameters))
        let isLoss = output.shape == (shards.map { [$0.count] } ?? [])
        let scalar =
            isLoss ? output : weightedSum(output, values(output.count / samples.count, seed: 99))
        let recording = Recording(of: scalar)
        recording.backward()
        return Result(
            output: output.values, input: x.gradient, parameters: parameters.map(\.gradient), isLoss: isLoss,
            isSummedApart: recording.usesLeavesOnce
                && (isLoss
                    ? output.sumOrder?.shards.count == shards?.count
                    : output.sumOrder?.shards == order?.shards)
        )
    }
}
