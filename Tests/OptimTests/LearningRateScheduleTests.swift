import Formats
import Optim
import TestSupport
import Testing

@Suite struct LearningRateScheduleTests {
    static let schedules: [(name: String, schedule: LearningRateSchedule)] = [
        ("cosine", LearningRateSchedule(base: 0.1, curve: .cosine(totalSteps: 20))),
        ("step", LearningRateSchedule(base: 0.1, curve: .step(every: 6, gamma: 0.1))),
        ("warmup", LearningRateSchedule(base: 0.1, warmupSteps: 5)),
    ]

    @Test(arguments: schedules)
    func equalsPyTorch(name: String, schedule: LearningRateSchedule) throws {
        let table = try JSON(parsing: try Files.read(fixture("schedules.json")))
        let rates = try #require(table[name]?["rates"]?.arrayValue?.compactMap { $0.doubleValue })
        #expect(rates.count == 20)
        for (step, rate) in rates.enumerated() {
            #expect(abs(schedule.rate(at: step) - rate) <= 1e-12, "step \(step)")
        }
    }

    @Test func constantIsConstant() {
        let schedule = LearningRateSchedule(base: 0.05)
        #expect([0, 1, 1_000_000].allSatisfy { schedule.rate(at: $0) == 0.05 })
    }

    @Test func curvesStartWhereWarmupEnds() {
        let cosine = LearningRateSchedule(base: 1, curve: .cosine(totalSteps: 14), warmupSteps: 4)
        #expect((0..<5).map(cosine.rate) == [0.25, 0.5, 0.75, 1, 1])
        #expect(abs(cosine.rate(at: 9) - 0.5) < 1e-15)
        let step = LearningRateSchedule(base: 1, curve: .step(every: 2, gamma: 0.5), warmupSteps: 2)
        #expect((0..<8).map(step.rate) == [0.5, 1, 1, 1, 0.5, 0.5, 0.25, 0.25])
    }

    /// A run that is longer than its curve stays at the end, and a curve of no length is legal.
    @Test func cosineEndsAtZero() {
        let schedule = LearningRateSchedule(base: 1, curve: .cosine(totalSteps: 10))
        #expect(abs(schedule.rate(at: 10)) < 1e-15 && abs(schedule.rate(at: 1000)) < 1e-15)
        let short = LearningRateSchedule(base: 1, curve: .cosine(totalSteps: 3), warmupSteps: 5)
        #expect(short.rate(at: 5) == 1 && short.rate(at: 6) < 1e-15)
    }
}
