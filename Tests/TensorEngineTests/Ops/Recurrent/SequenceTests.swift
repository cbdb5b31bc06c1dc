import TensorEngine
import TestSupport
import Testing

/// What recurrent ops of all kinds share.
@Suite struct SequenceTests {
    /// A recurrent op with weights of its own.
    struct Layer: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let shapes: @Sendable (_ batch: Int, _ time: Int, _ features: Int, _ hidden: Int) -> [[Int]]
        let run: @Sendable (_ tensors: [Tensor], SequenceOutput) -> Tensor

        /// What goes in: x first.
        func leaves(batch: Int, time: Int, features: Int = 3, hidden: Int = 5) -> [Tensor] {
            shapes(batch, time, features, hidden).enumerated().map { randomLeaf($1, seed: UInt64($0 + 1)) }
        }
    }

    static let layers = [
        Layer(
            testDescription: "lstm",
            shapes: { LSTMTests.shapes(batch: $0, time: $1, features: $2, hidden: $3) },
            run: { t, output in
                lstm(
                    t[0], inputWeight: t[1], hiddenWeight: t[2], inputBias: t[3], hiddenBias: t[4],
                    returning: output)
            }),
        Layer(
            testDescription: "gru",
            shapes: { GRUTests.shapes(batch: $0, time: $1, features: $2, hidden: $3) },
            run: { GRUTests.run($0, returning: $1) }),
        Layer(
            testDescription: "rnn, tanh",
            shapes: { RNNTests.shapes(batch: $0, time: $1, features: $2, hidden: $3) },
            run: { RNNTests.run($0, .tanh, returning: $1) }),
        Layer(
            testDescription: "rnn, ReLU",
            shapes: { RNNTests.shapes(batch: $0, time: $1, features: $2, hidden: $3) },
            run: { RNNTests.run($0, .relu, returning: $1) }),
    ]

    @Test(arguments: layers)
    func theLastStepIsTheLastOfAll(layer: Layer) {
        let leaves = layer.leaves(batch: 2, time: 4)
        let all = layer.run(leaves, .all)
        let last = layer.run(leaves, .last)
        #expect(all.shape == [2, 4, 5] && last.shape == [2, 5])
        #expect(bits(last.values) == bits(all.sliced(axis: 1, 3..<4).values))
    }

    /// The gradient of the last step alone is that of all steps where the others get none.
    @Test(arguments: layers)
    func gradientsOfTheLastStepAreThoseOfAll(layer: Layer) {
        let weights = awayFromZero(10, seed: 9)
        let gradients = [SequenceOutput.all, .last].map { output in
            let leaves = layer.leaves(batch: 2, time: 4)
            let y = layer.run(leaves, output)
            let last = output == .last ? y : y.sliced(axis: 1, 3..<4)
            weightedSum(last, weights).backward()
            return leaves.map(\.gradient)
        }
        #expect(gradients[0] == gradients[1])
    }

    /// Bit for bit, in whatever lane of a batch it lies.
    @Test(arguments: layers)
    func aSampleDoesNotDependOnTheOthers(layer: Layer) {
        let leaves = layer.leaves(batch: 19, time: 3)
        let together = layer.run(leaves, .all).values
        for sample in [0, 7, 8, 15, 16, 18] {
            let alone = layer.run([leaves[0].sliced(axis: 0, sample..<sample + 1)] + leaves[1...], .all)
            #expect(bits(alone.values) == bits(Array(together[sample * 15..<(sample + 1) * 15])))
        }
    }

    /// A batch's gradients are its samples' own, added for the weights: over more steps and samples than the weights'
    /// gradients are summed over at once, and rows of whole, padded and spread cache lines.
    @Test(arguments: layers, [1, 16, 20, 60, 140])
    func gradientsOfABatchAreThoseOfItsSamples(layer: Layer, batch: Int) {
        let (time, features, hidden) = (11, 3, 5)
        func gradients(_ samples: Range<Int>) -> [[Float]] {
            let leaves = layer.leaves(batch: batch, time: time, features: features, hidden: hidden)
            let y = layer.run([leaves[0].sliced(axis: 0, samples)] + leaves[1...], .all)
            let weights = awayFromZero(batch * time * hidden, seed: 9)
            let (first, last) = (samples.lowerBound * time * hidden, samples.upperBound * time * hidden)
            weightedSum(y, Array(weights[first..<last])).backward()
            return leaves.map(\.gradient)
        }
        let together = gradients(0..<batch)
        let alone = (0..<batch).map { gradients($0..<$0 + 1) }
        for (leaf, gradient) in together.enumerated() {
            let sums = gradient.indices.map { i in alone.reduce(0.0) { $0 + Double($1[leaf][i]) } }
            #expect(mismatch(gradient, sums, atol: 1e-4, rtol: 1e-4) == nil, "leaf \(leaf)")
        }
    }

    @Test(arguments: layers)
    func stepsAreCausal(layer: Layer) {
        let leaves = layer.leaves(batch: 2, time: 5)
        let before = layer.run(leaves, .all).sliced(axis: 1, 0..<3).values
        for sample in 0..<2 {
            for late in 9..<15 { leaves[0].pointer[sample * 15 + late] = 7 }
        }
        #expect(layer.run(leaves, .all).sliced(axis: 1, 0..<3).values == before)
    }

    /// A replay starts from the beginning again, whatever backward left behind.
    @Test(arguments: layers)
    func replayGivesTheSameBits(layer: Layer) {
        let leaves = layer.leaves(batch: 3, time: 4)
        let y = layer.run(leaves, .all)
        let recording = Recording(of: y.sum())
        let runs = (0..<2).map { _ in
            recording.forward()
            recording.backward()
            return [y.values] + leaves.map(\.gradient)
        }
        #expect(runs[0] == runs[1])
    }
}
