import TensorEngine
import Testing

@Suite struct EmbeddingTests {
    @Test(arguments: [[0], [2, 0, 2, 2], []])
    func gradients(indices: [Float]) {
        let indices = Tensor(shape: [indices.count], indices)
        let table = randomLeaf([3, 4], seed: 7)
        checkGradients(inputs: [[3, 4]]) {
            embedding(indices, weight: $0[0]).sum() + ($0[0] * table).sum()
        }
    }

    @Test func equalsPyTorch() throws {
        let fixture = try Fixture("embedding")
        let indices = Tensor(shape: [2, 3], try fixture.integers("indices").map(Float.init))
        try fixture.check(inputs: ["weight"]) { embedding(indices, weight: $0[0]) }
    }

    @Test func readsLabelsAgainOnReplay() {
        let labels = Labels([2, 0])
        let table = Tensor(shape: [3, 2], [0, 1, 10, 11, 20, 21])
        let rows = embedding(labels.numbers(shape: [2]), weight: table)
        #expect(rows.values == [20, 21, 0, 1])
        labels.pointer[0] = 1
        Recording(of: rows).forward()
        #expect(rows.values == [10, 11, 0, 1])
    }

    /// What a decoder is fed: the guess of the step before, made anew at every replay.
    @Test func followsArgmaxOnReplay() {
        let scores = Tensor(shape: [2, 3], [0, 5, 1, 7, 7, 2])
        let table = Tensor(shape: [3, 1], [10, 20, 30])
        let rows = embedding(argmax(scores), weight: table)
        #expect(rows.values == [20, 10])
        scores.pointer[2] = 6
        Recording(of: rows).forward()
        #expect(rows.values == [30, 10])
    }

    @Test(arguments: [-1, 3] as [Float])
    func refusesAnIndexOutsideTheTable(index: Float) async throws {
        let result = await #expect(
            processExitsWith: .exitCode(70), observing: [\.standardErrorContent]
        ) { [index] in
            _ = embedding(Tensor(shape: [1], [index]), weight: Tensor(zeros: [3, 2]))
        }
        #expect(try #require(result).message.contains("embedding has rows 0 ..< 3, the index is"))
    }
}
