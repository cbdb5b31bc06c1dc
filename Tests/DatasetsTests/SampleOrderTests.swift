import Datasets
import Testing

@Suite struct SampleOrderTests {
    @Test(arguments: [0, 1, 2, 3, 100, 4001])
    func isAPermutation(count: Int) {
        for epoch in 0..<3 {
            let order = SampleOrder(count: count, seed: 5, epoch: epoch)
            #expect(order.indices.sorted() == (0..<Int32(count)).map { $0 })
        }
    }

    @Test func dependsOnSeedAndEpochAlone() {
        func order(_ seed: UInt64, _ epoch: Int) -> [Int32] {
            SampleOrder(count: 500, seed: seed, epoch: epoch).indices
        }
        let all = (0..<4).flatMap { seed in (0..<10).map { order(seed, $0) } }
        #expect(Set(all).count == all.count)
        #expect((0..<4).flatMap { seed in (0..<10).map { order(seed, $0) } } == all)
        #expect(order(.max, 3) != order(.max - 1, 3))
    }

    /// Every sample comes first about equally often: within five standard deviations.
    @Test func isUniform() {
        var first = [Int](repeating: 0, count: 10)
        for epoch in 0..<2000 { first[Int(SampleOrder(count: 10, seed: 1, epoch: epoch).indices[0])] += 1 }
        #expect(first.allSatisfy { abs(Double($0) - 200) < 5 * (200 * 0.9).squareRoot() }, "\(first)")
    }
}

@Suite struct BatchPlanTests {
    @Test(arguments: [1, 2, 7, 20, 69, 70, 71, 1000])
    func anEpochVisitsEveryPositionOnce(globalBatch: Int) {
        let plan = BatchPlan(samples: 70, globalBatch: globalBatch)
        for epoch in 0..<3 {
            let steps = epoch * plan.stepsPerEpoch..<(epoch + 1) * plan.stepsPerEpoch
            #expect(steps.flatMap { Array(plan.positions(ofStep: $0)) } == Array(0..<70))
            #expect(steps.allSatisfy { plan.epoch(ofStep: $0) == epoch })
            #expect(steps.allSatisfy { !plan.positions(ofStep: $0).isEmpty })
        }
    }

    @Test(arguments: [1, 3, 20, 70, 99])
    func samplesSeenAddsUpTheBatches(globalBatch: Int) {
        let plan = BatchPlan(samples: 70, globalBatch: globalBatch)
        var seen = 0
        for step in 0..<3 * plan.stepsPerEpoch + 1 {
            #expect(plan.samplesSeen(after: step) == seen)
            seen += plan.positions(ofStep: step).count
        }
    }
}
