import TensorEngine
import TestSupport
import Testing

/// Several shards in one pass, through ops of all kinds (those of images have `ConvolutionShardsTests`).
@Suite struct ShardsTests {
    private static let lstmShapes = [[20, 3], [20, 5], [20], [20]]

    static let networks = [
        ShardedNetwork("linear, cross-entropy", x: [17], parameters: [[8, 17], [8], [5, 8], [5]]) {
            let hidden = relu(linear($0.x, weight: $0.parameters[0], bias: $0.parameters[1]))
            return crossEntropy(
                linear(hidden, weight: $0.parameters[2], bias: $0.parameters[3]), $0.labels)
        },
        ShardedNetwork("linear, many outputs", x: [33], parameters: [[70, 33], [70]]) {
            linear($0.x, weight: $0.parameters[0], bias: $0.parameters[1])
        },
        ShardedNetwork("lstm, every step", x: [4, 3], parameters: lstmShapes) {
            let w = $0.parameters
            return lstm($0.x, inputWeight: w[0], hiddenWeight: w[1], inputBias: w[2], hiddenBias: w[3])
        },
        ShardedNetwork("lstm, 28 steps, the last one", x: [28, 3], parameters: lstmShapes) {
            let w = $0.parameters
            return lstm(
                $0.x, inputWeight: w[0], hiddenWeight: w[1], inputBias: w[2], hiddenBias: w[3],
                returning: .last)
        },
        ShardedNetwork("lstm of 16 units", x: [3, 2], parameters: [[64, 2], [64, 16], [64], [64]]) {
            let w = $0.parameters
            return lstm($0.x, inputWeight: w[0], hiddenWeight: w[1], inputBias: w[2], hiddenBias: w[3])
        },
        ShardedNetwork(
            "lstm from and to states", x: [3, 3], parameters: lstmShapes + [[5, 9], [5], [5, 9], [5]]
        ) {
            let w = $0.parameters
            let start = $0.x.flattened()
            let (output, cell) = lstmWithCell(
                $0.x, inputWeight: w[0], hiddenWeight: w[1], inputBias: w[2], hiddenBias: w[3],
                initialHidden: tanh(linear(start, weight: w[4], bias: w[5])),
                initialCell: linear(start, weight: w[6], bias: w[7]))
            return concatenate([output.flattened(), cell], axis: 1)
        },
        ShardedNetwork("lstm, the cell alone", x: [3, 3], parameters: lstmShapes) {
            let w = $0.parameters
            return lstmWithCell(
                $0.x, inputWeight: w[0], hiddenWeight: w[1], inputBias: w[2], hiddenBias: w[3]
            )
            .cell
        },
        ShardedNetwork(
            "gru from a state", x: [6, 3], parameters: [[21, 3], [21, 7], [21], [21], [7, 18], [7]]
        ) {
            let w = $0.parameters
            return gru(
                $0.x, inputWeight: w[0], hiddenWeight: w[1], inputBias: w[2], hiddenBias: w[3],
                initialHidden: linear($0.x.flattened(), weight: w[4], bias: w[5]))
        },
        ShardedNetwork("gru", x: [6, 3], parameters: [[48, 3], [48, 16], [48], [48]]) {
            let w = $0.parameters
            return gru(
                $0.x, inputWeight: w[0], hiddenWeight: w[1], inputBias: w[2], hiddenBias: w[3],
                returning: .last)
        },
        ShardedNetwork("rnn, tanh", x: [6, 3], parameters: [[7, 3], [7, 7], [7], [7]]) {
            let w = $0.parameters
            return rnn($0.x, inputWeight: w[0], hiddenWeight: w[1], inputBias: w[2], hiddenBias: w[3])
        },
        ShardedNetwork("rnn, ReLU", x: [3, 3], parameters: [[16, 3], [16, 16], [16], [16]]) {
            let w = $0.parameters
            return rnn(
                $0.x, inputWeight: w[0], hiddenWeight: w[1], inputBias: w[2], hiddenBias: w[3],
                activation: .relu)
        },
        ShardedNetwork("embedding of each sample", x: [2], parameters: [[5, 3]]) {
            embedding($0.labels.numbers(shape: [$0.labels.count]), weight: $0.parameters[0])
        },
        ShardedNetwork("embedding of sequences", x: [3], labelsPerSample: 3, parameters: [[5, 4]]) {
            let indices = $0.labels.numbers(shape: [$0.labels.count / 3, 3])
            return embedding(indices, weight: $0.parameters[0])
        },
        ShardedNetwork(
            "cross-entropy of every step", x: [3, 4], labelsPerSample: 3, parameters: [[5, 4], [5]]
        ) {
            let rows = $0.x.reshaped(to: [$0.labels.count, 4])
            return crossEntropy(linear(rows, weight: $0.parameters[0], bias: $0.parameters[1]), $0.labels)
        },
        ShardedNetwork("binary cross-entropy", x: [6], parameters: [[4, 6], [4]]) {
            let noise = noise(4, keys: $0.keys, name: "targets")
            return binaryCrossEntropy(
                linear($0.x, weight: $0.parameters[0], bias: $0.parameters[1]), noise * noise)
        },
        ShardedNetwork("rows of samples and back", x: [3, 4], parameters: [[2, 4], [2], [3, 6], [3]]) {
            let w = $0.parameters
            let samples = $0.x.shape[0]
            let rows = relu(linear($0.x.reshaped(to: [3 * samples, 4]), weight: w[0], bias: w[1]))
            return linear(rows.reshaped(to: [samples, 6]), weight: w[2], bias: w[3])
        },
        ShardedNetwork("slices, reversed, transposed, joined", x: [4, 3], parameters: [[5, 12], [5]]) {
            let parts = [
                $0.x.sliced(axis: 1, 1..<3).flattened(),
                $0.x.reversed(axis: 1).sliced(axis: 1, 0..<1).flattened(),
                $0.x.transposed().sliced(axis: 2, 3..<4).flattened(),
            ]
            return linear(concatenate(parts, axis: 1), weight: $0.parameters[0], bias: $0.parameters[1])
        },
        ShardedNetwork("softmax, arithmetic and sums", x: [3, 4], parameters: [[6, 4], [6]]) {
            let weights = softmax($0.x)
            let mixed = ($0.x * weights - $0.x / (weights + Tensor(shape: [], [2]))).sum(axis: 1)
            return linear(mixed, weight: $0.parameters[0], bias: $0.parameters[1])
        },
        ShardedNetwork("activations and dropout", x: [9], parameters: [[6, 9], [6]]) {
            let x = sigmoid(dropout(tanh($0.x), probability: 0.4, keys: $0.keys, name: "d"))
            return linear(
                x.mean(axis: 1).reshaped(to: [$0.x.shape[0], 1]) * x, weight: $0.parameters[0],
                bias: $0.parameters[1])
        },
        ShardedNetwork(
            "residual sums and smooth activations", x: [9], parameters: [[9, 9], [9], [9, 9], [9]]
        ) {
            let w = $0.parameters
            let hidden = $0.x + gelu(linear($0.x, weight: w[0], bias: w[1]))
            return hidden + silu(linear(softplus(hidden), weight: w[2], bias: w[3]))
        },
        ShardedNetwork("layer norm of steps", x: [3, 10], parameters: [[10], [10]]) {
            layerNorm($0.x, weight: $0.parameters[0], bias: $0.parameters[1])
        },
        ShardedNetwork("layer norm of samples", x: [3, 4], parameters: [[3, 4], [3, 4], [12], [12]]) {
            let w = $0.parameters
            let x = layerNorm($0.x, weight: w[0], bias: w[1]).flattened()
            return leakyReLU(layerNorm(x, weight: w[2], bias: w[3]))
        },
        ShardedNetwork("group norm", x: [4, 3, 5], parameters: [[4], [4]]) {
            groupNorm($0.x, groups: 2, weight: $0.parameters[0], bias: $0.parameters[1])
        },
        ShardedNetwork("attention, mean squared error", x: [4, 6], parameters: [[6, 6], [6], [6, 6], [6]]) {
            let (w, samples) = ($0.parameters, $0.x.shape[0])
            let rows = $0.x.reshaped(to: [4 * samples, 6])
            let keys = linear(rows, weight: w[0], bias: w[1]).reshaped(to: [samples, 4, 6])
            let values = linear(rows, weight: w[2], bias: w[3]).reshaped(to: [samples, 4, 6])
            let weights = softmax(matmul($0.x, keys.transposed()), mask: causalMask(4))
            return meanSquaredError(matmul(weights, values), $0.x.detach())
        },
        ShardedNetwork("two heads of attention", x: [3, 4], parameters: [[4, 4], [4]]) {
            let samples = $0.x.shape[0]
            let heads = $0.x.reshaped(to: [samples, 3, 2, 2]).transposed(1, 2)
            let seen = matmul(softmax(matmul(heads, heads.transposed())), heads).transposed(1, 2)
            let rows = seen.reshaped(to: [3 * samples, 4])
            return linear(rows, weight: $0.parameters[0], bias: $0.parameters[1])
                .reshaped(to: [samples, 12])
        },
        ShardedNetwork("weighted and smoothed cross-entropy", x: [7], parameters: [[5, 7], [5]]) {
            crossEntropy(
                linear($0.x, weight: $0.parameters[0], bias: $0.parameters[1]), $0.labels,
                classWeights: [0.5, 2, 1, 3, 0.1], labelSmoothing: 0.1)
        },
    ]

    static let shards = [
        [3, 0, 1, 4], [1, 1, 1, 1, 1], [0, 2], [5, 0, 0, 1, 0, 3, 1], [16, 16, 16], [40, 130, 3],
        [4, 4, 4, 4, 4, 4, 4, 4],
    ]

    @Test(arguments: networks, shards)
    func togetherEqualsAlone(network: ShardedNetwork, shards: [Int]) {
        network.expectShardsAreApart(shards)
    }

    /// Ops that mix samples, or sum a parameter's gradient over them in another order, say that shards must be computed
    /// alone.
    @Test func whatMixesSamplesForgetsTheShards() {
        let x = Tensor(zeros: [4, 3], shards: [1, 3])
        let cube = Tensor(zeros: [4, 3, 2], shards: [1, 3])
        let parameter = randomLeaf([4, 3])
        #expect(x.sumOrder?.shards == [0..<1, 1..<4])
        let mixed = [
            x.transposed(), x.reversed(axis: 0), x.sliced(axis: 0, 1..<3), x.sum(axis: 0), x.sum(), x.mean(),
            concatenate([x, x], axis: 0), x + parameter, x * randomLeaf([3]), parameter - x,
            x.sum(axis: 1) + randomLeaf([4, 4]), matmul(x, randomLeaf([3, 2])),
            x.sum(axis: 1) * Tensor(zeros: [2, 4]), x.reshaped(to: [2, 6]), x.reshaped(to: [3, 4]),
            x + Tensor(zeros: [4, 3], shards: [2, 2]),
            layerNorm(x, weight: randomLeaf([4, 3]), bias: parameter),
            matmul(cube, randomLeaf([4, 2, 3])), matmul(cube, Tensor(zeros: [4, 2, 3], shards: [2, 2])),
        ]
        for (index, tensor) in mixed.enumerated() { #expect(tensor.sumOrder == nil, "\(index)") }
        let kept = [
            cube.transposed(), x.reversed(axis: 1), x.sliced(axis: 1, 1..<3), x.sum(axis: 1), x.mean(axis: 1),
            concatenate([x, x], axis: 1), x + x, x * Tensor(zeros: [3]), Tensor(zeros: [4, 3]) - x,
            x.reshaped(to: [12]).reshaped(to: [4, 3]), softmax(x), argmax(x), relu(x), x.detach(),
            matmul(cube, cube.transposed()), matmul(cube, Tensor(zeros: [4, 2, 5])),
            softmax(cube, mask: Tensor(zeros: [2])),
            layerNorm(cube, weight: randomLeaf([2]), bias: randomLeaf([2])),
        ]
        for (index, tensor) in kept.enumerated() {
            #expect(tensor.sumOrder?.shards == [0..<1, 1..<4], "\(index)")
        }
        #expect(x.reshaped(to: [12]).sumOrder?.shards == [0..<3, 3..<12])
    }
}
