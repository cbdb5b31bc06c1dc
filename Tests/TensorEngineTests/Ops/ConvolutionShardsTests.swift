import TensorEngine
import TestSupport
import Testing

/// Several shards in one pass: every sample's values are those it has alone, and the gradients of parameters are those of
/// the shards alone, added over their tree.
@Suite struct ConvolutionShardsTests {
    static let networks = [
        ShardedNetwork("conv2d, some samples a piece", x: [3, 5, 6], parameters: [[9, 3, 3, 3], [9]]) {
            conv2d($0.x, weight: $0.parameters[0], bias: $0.parameters[1], padding: 1)
        },
        ShardedNetwork("conv2d, some pieces a sample", x: [2, 17, 14], parameters: [[34, 2, 3, 3], [34]]) {
            conv2d($0.x, weight: $0.parameters[0], bias: $0.parameters[1], padding: 1)
        },
        ShardedNetwork("conv2d, stride 2", x: [35, 9, 9], parameters: [[5, 35, 3, 2], [5]]) {
            conv2d($0.x, weight: $0.parameters[0], bias: $0.parameters[1], stride: 2, padding: 1)
        },
        ShardedNetwork("conv2d, 1×1", x: [17, 4, 4], parameters: [[24, 17, 1, 1], [24]]) {
            conv2d($0.x, weight: $0.parameters[0], bias: $0.parameters[1])
        },
        ShardedNetwork("conv2d, 1×1, stride 2", x: [17, 7, 8], parameters: [[9, 17, 1, 1], [9]]) {
            conv2d($0.x, weight: $0.parameters[0], bias: $0.parameters[1], stride: 2)
        },
        ShardedNetwork("conv2d, 1×1, pieces of samples", x: [3, 9, 16], parameters: [[34, 3, 1, 1], [34]]) {
            conv2d($0.x, weight: $0.parameters[0], bias: $0.parameters[1])
        },
        ShardedNetwork("conv2dReLUMaxPool", x: [3, 9, 8], parameters: [[7, 3, 3, 3], [7]]) {
            conv2dReLUMaxPool($0.x, weight: $0.parameters[0], bias: $0.parameters[1], padding: 1, pool: 2)
        },
        ShardedNetwork("transposed", x: [3, 5, 4], parameters: [[3, 9, 3, 3], [9]]) {
            convTranspose2d($0.x, weight: $0.parameters[0], bias: $0.parameters[1], padding: 1)
        },
        ShardedNetwork("transposed, stride 2", x: [35, 5, 3], parameters: [[35, 2, 3, 4], [2]]) {
            convTranspose2d(
                $0.x, weight: $0.parameters[0], bias: $0.parameters[1], stride: 2, padding: 1,
                outputPadding: 1)
        },
        ShardedNetwork("transposed, 1×1", x: [17, 4, 4], parameters: [[17, 24, 1, 1], [24]]) {
            convTranspose2d($0.x, weight: $0.parameters[0], bias: $0.parameters[1])
        },
        ShardedNetwork("transposed, 1×1, stride 2", x: [17, 2, 4], parameters: [[17, 9, 1, 1], [9]]) {
            convTranspose2d(
                $0.x, weight: $0.parameters[0], bias: $0.parameters[1], stride: 2, outputPadding: 1)
        },
        ShardedNetwork("means of images", x: [3, 5, 4], parameters: [[4, 3, 2, 2], [4]]) {
            globalAvgPool2d(conv2d($0.x, weight: $0.parameters[0], bias: $0.parameters[1]))
        },
        ShardedNetwork(
            "all kinds, one after the other", x: [1, 12, 12],
            parameters: [[4, 1, 5, 5], [4], [6, 4, 3, 3], [6], [5, 6]]
        ) {
            let weights = $0.parameters
            let cells = conv2dReLUMaxPool($0.x, weight: weights[0], bias: weights[1], padding: 2, pool: 2)
            let pixels = maxPool2d(relu(conv2d(cells, weight: weights[2], bias: weights[3])), kernel: 2)
            return gaussian(avgPool2d(pixels, kernel: 2).flattened(), weight: weights[4])
        },
    ]

    static let shards = [
        [1, 1, 1, 1, 1], [3, 0, 4, 2], [0, 2], [5, 0, 0, 1, 0, 3, 1], [20, 9, 1], [1, 1, 1, 1, 1, 1, 1, 1],
    ]

    @Test(arguments: networks, shards)
    func togetherEqualsAlone(network: ShardedNetwork, shards: [Int]) {
        network.expectShardsAreApart(shards)
    }

    /// A sample's values do not depend on those beside it, nor where it stands.
    @Test(arguments: networks)
    func samplesAreIndependent(network: ShardedNetwork) {
        let together = network.run(0..<11, shards: nil)
        let alone = (0..<11).map { network.run($0..<$0 + 1, shards: nil) }
        #expect(bits(together.output) == bits(alone.flatMap(\.output)))
        #expect(bits(together.input) == bits(alone.flatMap(\.input)))
    }
}
