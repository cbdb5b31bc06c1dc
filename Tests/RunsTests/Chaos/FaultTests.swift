import Formats
import Testing

@testable import Runs
@testable import Training

@Suite(.timeLimit(.minutes(10))) struct FaultTests {
    @Test func faultsAreReadAsTheyAreWritten() throws {
        let text = "kill:rank=2,step=50;hang:rank=1,step=30; slow:ms=200,rank=1;bitflip:rank=0,step=1"
        let faults = try Fault.parse(text)
        #expect(faults.map(\.kind) == [.kill, .hang, .slow, .bitflip])
        #expect(faults.map(\.rank) == [2, 1, 1, 0])
        #expect(faults.map(\.amount) == [50, 30, 200, 1])
        #expect("\(faults[2])" == "slow:rank=1,ms=200")
    }

    @Test(
        arguments: [
            "", ";", "kill", "kill:", "kill:rank=1", "kill:step=1", "kill:rank=1,step=0",
            "kill:rank=-1,step=1",
            "kill:rank=1,step=1,step=2", "kill:rank=1,ms=5", "slow:rank=1,step=5", "klil:rank=1,step=1",
            "kill:rank=1,step=99999999999999999999", "kill:rank=1,step=1;", "kill:rank=1 step=1",
        ])
    func otherTextsAreRefused(text: String) {
        let error = #expect(throws: UsageError.self) { try Fault.parse(text) }
        #expect(error?.message.hasPrefix("--chaos: ") == true, "\(text)")
    }

    @Test func theNearestFaultIsNamed() {
        let error = #expect(throws: UsageError.self) { try Fault.parse("klil:rank=1,step=1") }
        #expect(error?.message.contains("'kill'") == true, "\(error?.message ?? "")")
    }

    /// The replicas' proof finds it; what goes on from the last checkpoint is spared, and ends as if nothing had been.
    @Test func aFlippedBitIsFoundAndComesOnce() throws {
        let workshop = try Workshop()
        let settings = Settings.quick.with(["verify_every": 1, "checkpoint_every": 2])
        let broken = settings.with(["chaos": "bitflip:rank=1,step=5"])
        let attempt = workshop.attempt("run", ranks: 3, broken)
        #expect(attempt.everyRankEnded(with: .integrity))
        #expect(attempt.message.contains("at step 5: rank 1's"), "\(attempt.message)")
        #expect(Files.exists(workshop.path("run") + "/chaos-bitflip:rank=1,step=5"))

        try workshop.train("run", ranks: 2, broken.with(["resume": "auto"]))
        #expect(!Files.exists(workshop.path("run") + "/chaos-bitflip:rank=1,step=5"))
        try workshop.train("whole", settings)
        try workshop.expectSame("whole", "run")
    }

    @Test func aFaultOfARankThatIsNotThereIsTold() throws {
        let workshop = try Workshop()
        let attempt = try workshop.train(
            "run", ranks: 2, Settings.quick.with(["chaos": "kill:rank=2,step=1"]))
        #expect(attempt.warnings.contains { $0.contains("no rank 2 among 2") }, "\(attempt.warnings)")
    }
}
