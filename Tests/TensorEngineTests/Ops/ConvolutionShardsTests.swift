import Determinism
import TensorEngine
import TestSupport
import Testing

/// Several shards in one pass: every sample's values are those it has alone, and the gradients of parameters are those of
/// the shards alone, added over their tree.
@Suite struct ConvolutionShardsTests {
    struct Network: Sendable, CustomTestStringConvertible {
        let testDescription: String
        /// Of one sample.
        let x: [Int]
        let parameters: [[Int]]
        let output: @Sendable (Tensor, [Tensor]) -> Tensor
    }

    static let networks = [
        Network(
            testDescription: "conv2d, some samples a piece", x: [3, 5, 6], parameters: [[9, 3, 3, 3], [9]]
        ) {
            conv2d($0, weight: $1[0], bias: $1[1], padding: 1)
        },
        Network(
            testDescription: "conv2d, some pieces a sample", x: [2, 17, 14],
            parameters: [[34, 2, 3, 3], [34]]
        ) {
            conv2d($0, weight: $1[0], bias: $1[1], padding: 1)
        },
        Network(testDescription: "conv2d, stride 2", x: [35, 9, 9], parameters: [[5, 35, 3, 2], [5]]) {
            conv2d($0, weight: $1[0], bias: $1[1], stride: 2, padding: 1)
        },
        Network(testDescription: "conv2d, 1×1", x: [17, 4, 4], parameters: [[24, 17, 1, 1], [24]]) {
            conv2d($0, weight: $1[0], bias: $1[1])
        },
        Network(testDescription: "conv2dReLUMaxPool", x: [3, 9, 8], parameters: [[7, 3, 3, 3], [7]]) {
            conv2dReLUMaxPool($0, weight: $1[0], bias: $1[1], padding: 1, pool: 2)
        },
        Network(
            testDescription: "all kinds, one after the other", x: [1, 12, 12],
            parameters: [[4, 1, 5, 5], [4], [6, 4, 3, 3], [6], [5, 6]]
        ) {
            let cells = conv2dReLUMaxPool($0, weight: $1[0], bias: $1[1], padding: 2, pool: 2)
            let pixels = maxPool2d(relu(conv2d(cells, weight: $1[2], bias: $1[3])), kernel: 2)
            return gaussian(avgPool2d(pixels, kernel: 2).flattened(), weight: $1[4])
        },
    ]

    static let shards = [
        [1, 1, 1, 1, 1], [3, 0, 4, 2], [0, 2], [5, 0, 0, 1, 0, 3, 1], [20, 9, 1], [1, 1, 1, 1, 1, 1, 1, 1],
    ]

    @Test(arguments: networks, shards)
    func togetherEqualsAlone(network: Network, shards: [Int]) {
        let samples = shards.reduce(0, +)
        let together = run(network, 0..<samples, order: SumOrder(counts: shards))
        var first = 0
        let alone = shards.map { count -> Result? in
            defer { first += count }
            return count == 0 ? nil : run(network, first..<first + count, order: nil)
        }
        #expect(bits(together.output) == bits(alone.flatMap { $0?.output ?? [] }))
        #expect(bits(together.input) == bits(alone.flatMap { $0?.input ?? [] }))
        for (index, gradient) in together.parameters.enumerated() {
            let parts = alone.map { $0?.parameters[index] ?? [Float](repeating: 0, count: gradient.count) }
            #expect(gradient.contains { $0 != 0 })
            #expect(bits(gradient) == bits(treeSum(parts[...])), "parameter \(index)")
        }
    }

    /// A sample's values do not depend on those beside it, nor where it stands.
    @Test(arguments: networks)
    func samplesAreIndependent(network: Network) {
        let together = run(network, 0..<11, order: nil)
        let alone = (0..<11).map { run(network, $0..<$0 + 1, order: nil) }
        #expect(bits(together.output) == bits(alone.flatMap(\.output)))
        #expect(bits(together.input) == bits(alone.flatMap(\.input)))
    }

    private struct Result {
        let output, input: [Float]
        let parameters: [[Float]]
    }

    /// Some samples of the same data set.
    private func run(_ network: Network, _ samples: Range<Int>, order: SumOrder?) -> Result {
        func values(_ range: Range<Int>, _ perSample: Int, seed: UInt64) -> [Float] {
            let all = awayFromZero(range.upperBound * perSample, seed: seed)
            return Array(all[(range.lowerBound * perSample)...])
        }
        let x = Tensor(
            shape: [samples.count] + network.x,
            storage: Storage(values(samples, network.x.reduce(1, *), seed: 1)),
            requiresGradient: true, sumOrder: order)
        let parameters = network.parameters.enumerated().map { randomLeaf($1, seed: UInt64($0 + 2)) }
        let output = network.output(x, parameters)
        #expect(output.sumOrder === order)
        weightedSum(output, values(samples, output.count / samples.count, seed: 99)).backward()
        return Result(output: output.values, input: x.gradient, parameters: parameters.map(\.gradient))
    }

    private func treeSum(_ leaves: ArraySlice<[Float]>) -> [Float] {
        guard leaves.count > 1 else { return leaves.first ?? [] }
        let left = 1 << (Int.bitWidth - 1 - (leaves.count - 1).leadingZeroBitCount)
        return zip(treeSum(leaves.prefix(left)), treeSum(leaves.dropFirst(left))).map { $0 + $1 }
    }
}
