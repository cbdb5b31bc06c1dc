import Collectives
import Foundation
import TestSupport
import Testing

@testable import Runs
@testable import Training

/// A finished run is proven, and what is not its own is found.
@Suite(.timeLimit(.minutes(10))) struct VerificationTests {
    private let workshop: Workshop
    private static let settings: Settings = [
        "model": "mlp", "optimizer": "adam", "dropout": 0.3, "global_batch": 20, "max_steps": 30,
        "checkpoint_every": 10, "eval_every": 10, "keep_last": 2,
    ]

    init() throws {
        workshop = try Workshop()
        try workshop.train("run", ranks: 2, Self.settings)
    }

    private func verify(
        ranks: Int = 1, from: Int? = nil, to: Int? = nil
    ) throws -> Verification {
        let (catalog, data, path) = (workshop.catalog, workshop.data, workshop.path("run"))
        return try withThreadRanks(ranks) { world in
            try VerificationRun(catalog, world: world).run(path, data: data, from: from, to: to)
        }[0].get()
    }

    @Test(
        arguments: [(nil, nil, 20, 30), (0, 20, 0, 20), (0, nil, 0, 10)] as [(Int?, Int?, Int, Int)], 1...3)
    func aStretchIsComputedAgain(asked: (Int?, Int?, Int, Int), ranks: Int) throws {
        let found = try verify(ranks: ranks, from: asked.0, to: asked.1)
        #expect(found.isSound, "\(found.text)")
        let stretch = try #require(found.stretch)
        #expect((stretch.from, stretch.to, stretch.ranks) == (asked.2, asked.3, ranks))
        #expect(found.findings.map(\.subject).contains("certificate"))
        #expect(found.findings.count == 5)  // certificate, two checkpoints, model, recomputed
    }

    @Test(arguments: [(10, nil), (nil, 25), (20, 20)] as [(Int?, Int?)])
    func aStretchThatIsNotThereIsRefused(from: Int?, to: Int?) throws {
        let failure = #expect(throws: AgreedFailure.self) { try verify(ranks: 2, from: from, to: to) }
        #expect(failure?.status == .usage)
    }

    /// Steps are computed by the settings they went by, whatever the run was resumed with since.
    @Test func settingsThatWereChangedAreGoneBackOn() throws {
        try workshop.train("run", ["resume": "auto", "max_steps": 40, "lr": 0.02, "keep_last": 9])
        try workshop.train(
            "run", ["resume": "auto", "max_steps": 50, "schedule": "step", "gamma": 0.5, "step_size": 3])
        for (from, to) in [(30, 40), (40, 50), (0, 30)] {
            let found = try verify(ranks: 2, from: from, to: to)
            #expect(found.isSound && found.stretch?.from == from, "\(found.text)")
        }
        let failure = #expect(throws: AgreedFailure.self) { try verify(from: 0, to: 40) }
        #expect(failure?.status == .usage)
        #expect(failure?.cause.map { "\($0)".contains("other settings at step 30 (lr ") } == true)
        let (catalog, data, path) = (workshop.catalog, workshop.data, workshop.path("run"))
        for (step, rate) in [(30, 0.001), (31, 0.02), (35, 0.02)] {
            let replay = try ReplayRun(catalog, world: LocalCommunicator()).run(path, step: step, data: data)
            #expect(replay.learningRate == rate)
        }
    }

    @Test func aDamagedCheckpointIsFound() throws {
        let path = workshop.checkpoint("run", step: 20)
        var bytes = try Data(contentsOf: URL(filePath: path))
        bytes[bytes.count / 2] ^= 1
        try bytes.write(to: URL(filePath: path))
        let found = try verify()
        #expect(!found.isSound)
        #expect(found.findings.filter { !$0.isSound }.map(\.subject) == ["checkpoint of step 20"])
        #expect(found.stretch?.from == 0)
    }

    /// Another run's checkpoint is sealed as well, but its state was never this run's.
    @Test func aStrangersCheckpointIsFound() throws {
        try workshop.train("other", Self.settings.with(["seed": 2]))
        for file in ["checkpoints/step-00000030.safetensors", "model.safetensors"] {
            try Data(workshop.bytes("other", file)).write(
                to: URL(filePath: workshop.path("run")).appending(path: file))
        }
        let found = try verify()
        let broken = found.findings.filter { !$0.isSound }
        #expect(broken.map(\.subject) == ["certificate", "checkpoint of step 30", "model"], "\(found.text)")
        #expect(broken[0].words.hasSuffix("model.safetensors"))
        #expect(broken[1].words.contains("was recorded"))
    }

    /// An edited record, by which nothing is computed any more.
    @Test func arithmeticThatIsNotTheRecordsIsFound() throws {
        let text = try workshop.text("run", "metrics.jsonl")
        let hash = try #require(
            try workshop.metrics("run").last { $0["state_sha256"] != nil }?["state_sha256"]?.stringValue)
        let changed = text.replacing(hash, with: String(hash.reversed()))
        try Data(changed.utf8).write(to: URL(filePath: workshop.path("run/metrics.jsonl")))
        let found = try verify(from: 20)
        #expect(found.findings.last?.isSound == false && found.stretch?.recorded == String(hash.reversed()))
    }

    @Test func aFolderOfNoRunIsRefused() throws {
        let world = LocalCommunicator()
        let failure = #expect(throws: AgreedFailure.self) {
            try VerificationRun(workshop.catalog, world: world).run(workshop.folder.path)
        }
        #expect(failure?.status == .inputMissing)
    }

    /// What a step's line of metrics says, and each sample's loss, which add up to it.
    @Test(arguments: [1, 15, 30], [1, 3])
    func aStepIsReplayed(step: Int, ranks: Int) throws {
        try workshop.train("logged", Self.settings.with(["log_every": 1]))
        let (catalog, data, path) = (workshop.catalog, workshop.data, workshop.path("logged"))
        let replay = try withThreadRanks(ranks) { world in
            try ReplayRun(catalog, world: world).run(path, step: step, data: data)
        }[0].get()
        let line = try #require(
            try workshop.metrics("logged").first {
                $0["kind"]?.stringValue == "train" && $0["step"]?.intValue == step
            })
        #expect(line["loss"]?.doubleValue == replay.loss && line["lr"]?.doubleValue == replay.learningRate)
        #expect(line["grad_norm"]?.doubleValue == replay.gradientNorm)
        #expect(replay.samples.count == 20 && Set(replay.samples.map(\.sample)).count == 20)
        let mean = replay.samples.reduce(0) { $0 + $1.loss } / 20
        #expect(abs(mean - replay.loss) < 1e-5)
    }

    @Test func aStepThatIsNotThereIsRefused() throws {
        let failure = #expect(throws: AgreedFailure.self) {
            try ReplayRun(workshop.catalog, world: LocalCommunicator()).run(
                workshop.path("run"), step: 31, data: workshop.data)
        }
        #expect(failure?.status == .usage)
    }
}
