import Formats
import Optim
import Runs
import TestSupport
import Testing

@Suite struct ScheduleTests {
    static let schedules: [(name: String, schedule: any Schedule)] = [
        ("cosine", .cosine(0.1)),
        ("step", .step(0.1, every: 6)),
        ("one-cycle", .oneCycle(0.1)),
        ("warmup", ConstantSchedule(0.1).warmedUp(over: 5)),
    ]

    @Test(arguments: schedules)
    func equalsPyTorch(name: String, schedule: any Schedule) throws {
        let table = try JSON(parsing: try Files.read(fixture("schedules.json")))
        let rates = try #require(table[name]?["rates"]?.arrayValue?.compactMap { $0.doubleValue })
        #expect(rates.count == 20)
        for (step, rate) in rates.enumerated() {
            #expect(abs(schedule.rate(at: step, of: 20) - rate) <= 1e-12, "step \(step)")
        }
    }

    /// From a 25th of the rate to the rate, and down to a 10,000th of where it began; a run that is longer stays there.
    @Test func oneCycleGoesUpAndDown() {
        let schedule = OneCycleSchedule(1)
        let rates = (0..<100).map { schedule.rate(at: $0, of: 100) }
        #expect(abs(rates[0] - 0.04) < 1e-15 && rates[29] == 1 && abs(rates[99] - 0.000004) < 1e-15)
        #expect((1..<30).allSatisfy { rates[$0] > rates[$0 - 1] })
        #expect((30..<100).allSatisfy { rates[$0] < rates[$0 - 1] })
        #expect(schedule.rate(at: 1000, of: 100) == rates[99])
    }

    /// Of no steps and of one, of growth to the last step's edge: always a number, within the cycle's.
    @Test func oneCycleOfFewStepsIsLegal() {
        for total in -1...5 {
            for growth in [0, 0.3, 0.5, 0.99] {
                let schedule = OneCycleSchedule(1, growth: growth)
                #expect((0...6).allSatisfy { (0.000003...1).contains(schedule.rate(at: $0, of: total)) })
            }
        }
    }

    @Test func constantIsConstant() {
        let schedule = ConstantSchedule(0.05)
        #expect([0, 1, 1_000_000].allSatisfy { schedule.rate(at: $0, of: 10) == 0.05 })
    }

    @Test func curvesStartWhereWarmupEnds() {
        let cosine = CosineSchedule(1).warmedUp(over: 4)
        #expect((0..<5).map { cosine.rate(at: $0, of: 14) } == [0.25, 0.5, 0.75, 1, 1])
        #expect(abs(cosine.rate(at: 9, of: 14) - 0.5) < 1e-15)
        let step = StepSchedule(1, every: 2, gamma: 0.5).warmedUp(over: 2)
        #expect((0..<8).map { step.rate(at: $0, of: 8) } == [0.5, 1, 1, 1, 0.5, 0.5, 0.25, 0.25])
    }

    @Test func aWarmUpOfNoStepsChangesNothing() {
        let (plain, warm) = (CosineSchedule(0.3), CosineSchedule(0.3).warmedUp(over: 0))
        #expect((0..<9).allSatisfy { plain.rate(at: $0, of: 7) == warm.rate(at: $0, of: 7) })
    }

    /// A run that is longer than its curve stays at the end, and a curve of no length is legal.
    @Test func cosineEndsAtZero() {
        let schedule = CosineSchedule(1)
        #expect(abs(schedule.rate(at: 10, of: 10)) < 1e-15 && abs(schedule.rate(at: 1000, of: 10)) < 1e-15)
        let short = schedule.warmedUp(over: 5)
        #expect(short.rate(at: 5, of: 3) == 1 && short.rate(at: 6, of: 3) < 1e-15)
    }

    @Test func stepsDropEachThirdUnlessTold() {
        let rates = (0..<10).map { StepSchedule(1, gamma: 0.5).rate(at: $0, of: 10) }
        #expect(rates == [1, 1, 1, 1, 0.5, 0.5, 0.5, 0.5, 0.25, 0.25])
        #expect(StepSchedule(1).rate(at: 0, of: 0) == 1)
    }

    /// A schedule of another package, as `Schedule` documents it.
    private struct LinearDecay: Schedule {
        func rate(at step: Int, of total: Int) -> Double { 0.1 * (1 - Double(step) / Double(total)) }
    }

    @Test func ownSchedulesCanBeWarmedUp() {
        let schedule: any Schedule = LinearDecay().warmedUp(over: 2)
        #expect((0..<4).map { schedule.rate(at: $0, of: 4) } == [0.05, 0.1, 0.1, 0.05])
    }
}
