import TensorEngine
import TestSupport
import Testing

@Suite struct LinearTests {
    @Test(arguments: [(1, 1, 1), (4, 3, 2), (3, 17, 9)])
    func gradients(n: Int, inputs: Int, outputs: Int) {
        checkGradients(inputs: [[n, inputs], [outputs, inputs], [outputs]]) {
            linear($0[0], weight: $0[1], bias: $0[2])
        }
    }

    /// Several shards in one pass give the losses and the tree's sum of the gradients that each gives alone.
    @Test func shardsTogetherEqualShardsAlone() {
        let shards = [3, 0, 4, 2]
        let images = awayFromZero(9 * 17, seed: 1)
        let labels = (0..<9).map { $0 % 5 }
        func run(_ rows: Range<Int>, shards: [Int]) -> [[Float]] {
            let x = Tensor(zeros: [rows.count, 17], shards: shards)
            x.pointer.update(from: Array(images[rows.lowerBound * 17..<rows.upperBound * 17]), count: x.count)
            let parameters = [[8, 17], [8], [5, 8], [5]].enumerated().map { index, shape in
                let values = awayFromZero(shape.reduce(1, *), seed: UInt64(index + 2))
                return Tensor(shape: shape, values, requiresGradient: true)
            }
            let hidden = relu(linear(x, weight: parameters[0], bias: parameters[1]))
            let logits = linear(hidden, weight: parameters[2], bias: parameters[3])
            let loss = crossEntropy(logits, Labels(Array(labels[rows])))
            loss.backward()
            return [loss.values] + parameters.map(\.gradient)
        }
        let together = run(0..<9, shards: shards)
        let alone = [run(0..<3, shards: []), nil, run(3..<7, shards: []), run(7..<9, shards: [])]
        #expect(bits(together[0]) == bits(alone.flatMap { $0?[0] ?? [0] }))
        for index in 1...4 {
            let parts = alone.map { $0?[index] ?? [Float](repeating: 0, count: together[index].count) }
            let sum = zip(zip(parts[0], parts[1]), zip(parts[2], parts[3])).map {
                ($0.0 + $0.1) + ($1.0 + $1.1)
            }
            #expect(bits(together[index]) == bits(sum))
        }
    }

    @Test func equalsPyTorch() throws {
        try Fixture("linear").check(inputs: ["x", "weight", "bias"]) {
            linear($0[0], weight: $0[1], bias: $0[2])
        }
    }

    @Test func refusesATransposedWeight() async throws {
        let result = await #expect(
            processExitsWith: .failure, observing: [\.standardErrorContent]
        ) {
            _ = linear(Tensor(zeros: [2, 3]), weight: Tensor(zeros: [3, 5]), bias: Tensor(zeros: [5]))
        }
        let message = try #require(result).message
        #expect(message.contains("linear needs [n, in], [out, in], [out], got [2, 3], [3, 5], [5]"))
    }
}
