import TensorEngine
import TestSupport
import Testing

@Suite struct DropoutTests {
    private func keys(_ samples: [Int], seed: UInt64 = 1, step: Int = 0) -> SampleKeys {
        let keys = SampleKeys(count: samples.count)
        (keys.seed, keys.step) = (seed, step)
        for (index, sample) in samples.enumerated() { keys.samples[index] = Int32(sample) }
        return keys
    }

    /// The mask times 1 / (1 − p).
    private func mask(_ keys: SampleKeys, _ size: Int, probability: Float = 0.5, name: String = "d")
        -> [Float]
    {
        let ones = Tensor(shape: [keys.count, size], [Float](repeating: 1, count: keys.count * size))
        return dropout(ones, probability: probability, keys: keys, name: name).values
    }

    @Test(arguments: [[2, 5], [3, 2, 4]])
    func gradients(shape: [Int]) {
        let keys = keys(Array(0..<shape[0]))
        // Beside the product, so that no input is without influence.
        checkGradients(inputs: [shape]) {
            dropout($0[0], probability: 0.5, keys: keys, name: "d") + $0[0] * $0[0]
        }
    }

    @Test(arguments: [0.1, 0.5, 0.9] as [Float])
    func dropsTheShareAskedForAndKeepsTheMean(probability: Float) {
        let values = mask(keys(Array(0..<500)), 200, probability: probability)
        let kept = values.filter { $0 != 0 }
        #expect(kept.allSatisfy { $0 == 1 / (1 - probability) })
        // Five standard deviations of 100,000 draws.
        let share = 1 - Float(kept.count) / Float(values.count)
        #expect(abs(share - probability) < 5 * (probability * (1 - probability) / 1e5).squareRoot())
        for unit in stride(from: 0, to: 200, by: 50) {
            let dropped = (0..<500).filter { values[$0 * 200 + unit] == 0 }.count
            #expect(abs(Float(dropped) / 500 - probability) < 0.12)
        }
    }

    @Test func aSamplesMaskDependsOnTheSampleAlone() {
        let together = mask(keys([7, 3, 900, 12]), 20)
        for (place, sample) in [7, 3, 900, 12].enumerated() {
            #expect(mask(keys([sample]), 20) == Array(together[place * 20..<(place + 1) * 20]))
        }
    }

    @Test func masksDifferByWhatTheyDependOn() {
        let base = mask(keys([5]), 64)
        #expect(base == mask(keys([5]), 64))
        #expect(base != mask(keys([6]), 64))
        #expect(base != mask(keys([5], seed: 2), 64))
        #expect(base != mask(keys([5], step: 1), 64))
        #expect(base != mask(keys([5]), 64, name: "e"))
    }

    @Test func replayDrawsForTheNewSamplesAndStep() {
        let keys = keys([1, 2])
        let ones = Tensor(shape: [2, 30], [Float](repeating: 1, count: 60))
        let y = dropout(ones, probability: 0.3, keys: keys, name: "d")
        (keys.samples[0], keys.step) = (9, 4)
        Recording(of: y).forward()
        #expect(y.values == mask(self.keys([9, 2], step: 4), 30, probability: 0.3))
    }

    @Test func noiseIsUniformAndASamplesOwn() {
        let keys = keys(Array(0..<1000))
        let values = noise(16, keys: keys, name: "n").values
        #expect(values.allSatisfy { (-1..<1).contains($0) })
        #expect(abs(values.reduce(0, +) / 16_000) < 0.03)
        #expect(abs(values.reduce(0) { $0 + $1 * $1 } / 16_000 - 1.0 / 3) < 0.02)
        #expect(noise(16, keys: self.keys([44]), name: "n").values == Array(values[44 * 16..<45 * 16]))
    }

    @Test func refusesToDropEverything() async throws {
        let result = await #expect(
            processExitsWith: .exitCode(70), observing: [\.standardErrorContent]
        ) {
            _ = dropout(Tensor(zeros: [2, 3]), probability: 1, keys: SampleKeys(count: 2), name: "d")
        }
        #expect(try #require(result).message.contains("0 ≤ p < 1, got [2, 3], 2 and 1.0"))
    }
}
