import Testing

@testable import Runs
@testable import Training

@Suite(.timeLimit(.minutes(10))) struct MetricsTests {
    /// A line about several steps tells the mean over their samples, of which the last step of an epoch has fewer, and
    /// the rate and the norm of the last of them.
    @Test(arguments: [2, 3, 4])
    func aLineIsTheMeanSinceTheLastOne(every: Int) throws {
        let workshop = try Workshop()
        let settings = Settings.quick.with(["max_steps": 12])
        try workshop.train("each", settings.with(["log_every": 1]))
        try workshop.train("some", settings.with(["log_every": .integer(every)]))
        let steps = try workshop.metrics("each").filter { $0.kind == "train" }
        let lines = try workshop.metrics("some").filter { $0.kind == "train" }
        #expect(steps.map { $0["total"] } == [20, 20, 20, 10, 20, 20, 20, 10, 20, 20, 20, 10])
        #expect(lines.map(\.step) == Array(stride(from: every, through: 12, by: every)))
        for line in lines {
            let last = try #require(line.step)
            let window = steps[last - every..<last]
            func sum(_ key: String) -> Int { window.reduce(0) { $0 + ($1[key]?.intValue ?? 0) } }
            let losses = window.reduce(0) {
                $0 + ($1["loss"]?.doubleValue ?? 0) * ($1["total"]?.doubleValue ?? 0)
            }
            let mean = try #require(line["loss"]?.doubleValue)
            #expect(abs(mean - losses / Double(sum("total"))) < 1e-9)
            #expect(line["correct"]?.intValue == sum("correct") && line["total"]?.intValue == sum("total"))
            #expect(line["lr"] == steps[last - 1]["lr"] && line["grad_norm"] == steps[last - 1]["grad_norm"])
        }
    }
}
