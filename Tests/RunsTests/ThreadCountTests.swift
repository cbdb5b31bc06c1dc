import Collectives
import Testing

@testable import Runs

@Suite struct ThreadCountTests {
    @Test func whatIsAskedForCounts() {
        #expect(threadCount(3, isLaunched: false, shards: 1) == 3)
        #expect(threadCount(3, isLaunched: true, shards: nil) == 3)
    }

    @Test func aRankOfALauncherIsOneThread() {
        #expect(threadCount(nil, isLaunched: true, shards: 8) == 1)
    }

    @Test func aProcessAloneTakesItsCoresAndNoMoreThanShards() {
        #expect(threadCount(nil, isLaunched: false, shards: 4096) == availableCores())
        #expect(threadCount(nil, isLaunched: false, shards: 1) == 1)
        #expect(threadCount(nil, isLaunched: false, shards: nil) == 1)
    }

    /// A checkpoint's shards are known before a thread is started.
    @Test func shardsOfAResumedRun() throws {
        let workshop = try Workshop()
        try workshop.train("run", ["model": "mlp", "shards": 3, "max_steps": 1])
        let paths = try SettingsLayer(
            ["run_dir": .string(workshop.path("run")), "resume": "auto"], from: "test")
        #expect(TrainingRun.shards(article) { [$0, paths] } == 3)
        let wrong = try SettingsLayer(["nesterov": true, "momentum": 0], from: "test")
        #expect(TrainingRun.shards(article) { [$0, wrong] } == nil)
    }
}
