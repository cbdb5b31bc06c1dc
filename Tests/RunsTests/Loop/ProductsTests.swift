import BLAS
import Collectives
import Determinism
import Formats
import TensorEngine
import TestSupport
import Testing

@testable import Runs
@testable import Training

/// `--products openblas`: the same training but for rounding, which depends on the CPU.
@Suite(.timeLimit(.minutes(10))) struct ProductsTests {
    static let settings = Settings.quick.with([
        "products": "openblas", "max_steps": 5, "log_every": 1, "schedule": "constant", "hidden_size": 24,
    ])
    let workshop: Workshop
    init() throws { workshop = try Workshop() }

    @Test(arguments: article.models)
    func agreeWithOwnUpToRounding(model: ModelDescriptor) throws {
        let settings = Self.settings.with(["model": .string(model.name)])
        try workshop.train("openblas", settings)
        try workshop.train("own", settings.with(["products": "own"]))
        let losses = try ["openblas", "own"].map { run in
            try workshop.metrics(run).map { Float($0["loss"]?.doubleValue ?? .nan) }
        }
        #expect(losses[0].count == 7)  // the fourth step ends an epoch
        #expect(mismatch(losses[0], losses[1], atol: 1e-4, rtol: 1e-4) == nil)
        let files = try ["openblas", "own"].map {
            try SafeTensorsFile(path: workshop.path($0) + "/model.safetensors")
        }
        for name in files[1].entries.map(\.name) {
            let difference = mismatch(try files[0].floats(name), try files[1].floats(name), atol: 2e-4)
            #expect(difference == nil, "\(name)")
        }
    }

    /// On one kind of CPU they depend on nothing else: each shard is computed alone.
    @Test(arguments: ["lstm", "gru", "mlp", "cnn"])
    func areTheSameOnAnyNumberOfRanks(model: String) throws {
        let settings = Self.settings.with(["model": .string(model)])
        try workshop.train("one", settings)
        for ranks in [1, 2, 3, 5] {
            try workshop.train("ranks-\(ranks)", ranks: ranks, settings)
            try workshop.expectSame("one", "ranks-\(ranks)", checkpoints: true)
        }
    }

    /// Sums of 784 terms are cut otherwise by OpenBLAS: a graph that took our products could not be told from it else.
    @Test(arguments: [0, 3])
    func areNotOwn(ranks: Int) throws {
        let settings = Self.settings.with(["model": "mlp"])
        try workshop.train("openblas", ranks: ranks, settings)
        try workshop.train("own", ranks: ranks, settings.with(["products": "own"]))
        let isSame =
            try workshop.bytes("openblas", "model.safetensors") == workshop.bytes("own", "model.safetensors")
        #expect(!isSame)
    }

    @Test func onlyOwnComputeSeveralShardsInOnePass() throws {
        for (products, several) in [(ProductLibrary.own, true), (.openblas, false)] {
            let configuration = try workshop.configuration(
                Self.settings.with(["model": "mlp", "products": .string(products.rawValue)]))
            let job = try TrainingJob(configuration, world: LocalCommunicator(), checkpoint: nil)
            #expect((job.replica.leavesAtOnce(8, ofBatch: 20, of: job.data.train) > 1) == several)
        }
    }

    @Test(arguments: [("own", false), ("openblas", true)])
    func aRunSaysWhatItsBitsDependOn(products: String, depends: Bool) throws {
        let settings = Self.settings.with(["products": .string(products)])
        try workshop.train("run", ranks: 2, settings)
        let environment = try JSON(parsing: workshop.bytes("run", "env.json"))
        #expect(environment["products"]?.stringValue == products)
        #expect(environment["bits_depend_on_cpu"]?.boolValue == depends)
        #expect(environment["blas"]?.stringValue == (depends ? OpenBLAS.shared?.description : nil))
        #expect(environment["blas_threads"]?.intValue == (depends ? 1 : 0))
        #expect(environment["arithmetic"]?.intValue == arithmeticVersion)

        let configuration = try workshop.configuration(settings)
        let job = try TrainingJob(configuration, world: LocalCommunicator(), checkpoint: nil)
        let sentence = job.banner(configuration.profile).first {
            $0.contains("bits depend on the CPU's model")
        }
        #expect((sentence != nil) == depends)
        #expect(sentence?.contains(try #require(OpenBLAS.shared).description) ?? true)
    }

    /// The checkpoint's choice is the run's.
    @Test func aResumedRunKeepsThem() throws {
        let settings = Self.settings.with(["model": "mlp"])
        try workshop.train("whole", settings)
        try workshop.train("run", ranks: 2, settings.with(["max_steps": 3]))
        try workshop.train("run", ranks: 3, ["resume": "auto", "max_steps": 5])
        try workshop.expectSame("whole", "run")
    }
}
