import TensorEngine
import TestSupport
import Testing

/// Kernels go over whole vectors: they may read the 16 values behind a storage's end, and no more, and write none of them.
/// Here a page follows that ends the process when it is touched.
@Suite struct GuardPageTests {
    private static let networks = ShardsTests.networks + ConvolutionShardsTests.networks
    private static let shards: [[Int]?] = [nil, [1], [2, 1], [3, 0, 4], [5, 4, 8, 16]]

    @Test(arguments: networks, shards)
    func opsStayWithinTheirStorages(network: ShardedNetwork, shards: [Int]?) {
        let counts = withGuardedMemory {
            let samples = shards.map { $0.reduce(0, +) } ?? 7
            _ = network.run(0..<samples, shards: shards)
        }
        #expect(counts.storages > 2)
        #expect(counts.overwritten == 0)
    }

    /// Around the widths of vectors, panels and groups.
    @Test(arguments: [1, 2, 7, 8, 9, 15, 16, 17, 31, 32, 33, 47, 48, 49, 63, 64, 65, 100, 129])
    func layersOfEveryWidth(width: Int) {
        let counts = withGuardedMemory {
            for samples in [1, 3, 8, 33] {
                let x = randomLeaf([samples, 3, width], seed: 1)
                let flat = x.flattened()
                let outputs = [
                    linear(
                        flat, weight: randomLeaf([width, 3 * width], seed: 2),
                        bias: randomLeaf([width], seed: 3)),
                    relu(flat), sigmoid(flat), tanh(flat), softmax(flat), gelu(flat), silu(flat),
                    softplus(flat),
                    layerNorm(
                        flat, weight: randomLeaf([3 * width], seed: 4), bias: randomLeaf([3 * width], seed: 5)
                    ),
                    lstm(
                        x, inputWeight: randomLeaf([4 * width, width], seed: 6),
                        hiddenWeight: randomLeaf([4 * width, width], seed: 7),
                        inputBias: randomLeaf([4 * width], seed: 8),
                        hiddenBias: randomLeaf([4 * width], seed: 9)),
                    gru(
                        x, inputWeight: randomLeaf([3 * width, width], seed: 10),
                        hiddenWeight: randomLeaf([3 * width, width], seed: 11),
                        inputBias: randomLeaf([3 * width], seed: 12),
                        hiddenBias: randomLeaf([3 * width], seed: 13)),
                ]
                for output in outputs { output.sum().backward() }
                crossEntropy(flat, Labels([Int](repeating: 3 * width - 1, count: samples))).backward()
            }
        }
        #expect(counts.storages > 100)
        #expect(counts.overwritten == 0)
    }

    /// The test's own: a write behind an end is seen, and a read behind the 16 values ends the process.
    @Test func whatTheyWouldDoIsSeen() async {
        let counts = withGuardedMemory {
            let storage = Storage(count: 5)
            storage.pointer[5] = 1
        }
        #expect(counts.storages == 1 && counts.overwritten == 1)
        await #expect(processExitsWith: .failure) {
            withGuardedMemory {
                let storage = Storage(count: 5)
                print(storage.pointer[5 + 16])
            }
        }
    }
}
