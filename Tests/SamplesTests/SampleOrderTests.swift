import Samples
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

    /// Every order of four samples is as likely as the others.
    @Test func everyOrderIsEquallyLikely() {
        var counts: [[Int32]: Int] = [:]
        for epoch in 0..<2400 {
            counts[SampleOrder(count: 4, seed: 3, epoch: epoch).indices, default: 0] += 1
        }
        let found = counts.values.map(Double.init)
        #expect(found.count == 24)
        #expect(isPlausible(chiSquare(found, expected: 100), freedom: 23))
    }

    /// Samples of a class or of a hard stretch of the data must not stay together: wherever a sample stands in the
    /// data, it may come anywhere in the epoch.
    @Test(arguments: [(1000, 1), (20_000, 1), (20_000, 2)])
    func samplesGoEverywhere(count: Int, epoch: Int) {
        let order = SampleOrder(count: count, seed: 1, epoch: epoch).indices
        // From which twentieth of the data to which twentieth of the epoch.
        let parts = 20
        var table = [Double](repeating: 0, count: parts * parts)
        for (place, sample) in order.enumerated() {
            table[Int(sample) * parts / count * parts + place * parts / count] += 1
        }
        let expected = Double(count) / Double(parts * parts)
        #expect(
            isPlausible(chiSquare(table, expected: expected), freedom: Double((parts - 1) * (parts - 1))))
        // Two places drawn at random are a third of the whole apart.
        let way = order.enumerated().reduce(0.0) { $0 + abs(Double($1.element) - Double($1.offset)) }
        let mean = way / Double(count * count)
        #expect(abs(mean - 1.0 / 3) < 5 * 0.24 / Double(count).squareRoot(), "\(mean)")
    }

    /// Neighbours in the data are strangers in the epoch.
    @Test func neighboursPart() {
        let order = SampleOrder(count: 10_000, seed: 1, epoch: 0).indices
        let close = zip(order, order.dropFirst()).count { abs($0 - $1) <= 5 }
        // Ten of the 9,999 others are that close: about as many pairs as that, give or take five deviations.
        #expect(abs(Double(close) - 10) < 5 * 10.0.squareRoot(), "\(close)")
    }

    private func chiSquare(_ found: [Double], expected: Double) -> Double {
        found.reduce(0) { $0 + ($1 - expected) * ($1 - expected) / expected }
    }

    /// Within five standard deviations of what chance brings; too even is not random either.
    private func isPlausible(_ chiSquare: Double, freedom: Double) -> Bool {
        abs(chiSquare - freedom) < 5 * (2 * freedom).squareRoot()
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
