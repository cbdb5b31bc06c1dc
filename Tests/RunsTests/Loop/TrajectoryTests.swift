import Formats
import TestSupport
import Testing

@testable import Runs
@testable import Training

/// A whole run that PyTorch took (`scripts/make-trajectories.py`): what it was asked for, and what came of it.
struct Trajectory: Sendable, CustomTestStringConvertible {
    let name: String
    private let file: SafeTensorsFile
    let settings: Settings
    /// Of a network's weights it holds the first, and then every `nth`.
    let nth: Int
    /// The folder of its data.
    let data: String

    init(_ name: String) throws {
        self.name = name
        file = try SafeTensorsFile(path: fixture("trajectory_\(name).safetensors"))
        let run = try JSON(parsing: Array(try #require(file.metadata["run"]).utf8))
        settings = Settings(try #require(run["settings"]?.objectValue))
        nth = try #require(run["nth"]?.intValue)
        data = fixture(run["data"]?.stringValue ?? "digits")
    }

    var testDescription: String { name }

    subscript(_ key: String) -> [Float] {
        get throws { try file.floats(key) }
    }

    /// The names of the network's parameters.
    var parameters: [String] {
        file.entries.map(\.name).filter { $0.hasPrefix("epoch_1.") }.map { String($0.dropFirst(8)) }
    }
}

/// Two epochs of five steps, the last of an epoch of six samples instead of sixteen, by the loop of `trainer train`.
@Suite(.timeLimit(.minutes(10))) struct TrajectoryTests {
    static let names = [
        "nesterov", "momentum", "taught", "adam", "adamw", "undecayed", "drawn", "mlp", "cnn", "lenet5",
    ]
    /// On colour images of 3×17×20, four classes.
    static let colours = ["lstm", "cnn", "lenet5", "mlp", "drawn", "taught"].map { "colour_\($0)" }

    @Test(arguments: names + colours, [0, 3])
    func everyStepIsPyTorchs(name: String, ranks: Int) throws {
        try expectPyTorchsSteps(name, ranks: ranks, [:])
    }

    @Test(arguments: names, [0, 3])
    func everyStepIsPyTorchsWithOpenBLAS(name: String, ranks: Int) throws {
        try expectPyTorchsSteps(name, ranks: ranks, ["products": "openblas"])
    }

    private func expectPyTorchsSteps(_ name: String, ranks: Int, _ change: Settings) throws {
        let trajectory = try Trajectory(name)
        let workshop = try Workshop(data: trajectory.data)
        // With fewer shards than ranks there is nothing to share.
        let ranks = min(ranks, trajectory.settings["shards"]?.intValue ?? 1)
        try workshop.train("run", ranks: ranks, trajectory.settings.with(["keep_last": 2]).with(change))

        let lines = try workshop.metrics("run")
        let steps = lines.filter { $0.kind == "train" }
        let evaluations = lines.filter { $0.kind == "eval" }
        #expect(steps.map(\.step) == Array(1...10) && evaluations.map(\.step) == [5, 10])
        let scores = ["loss", "correct", "total"] + (name.hasSuffix("taught") ? ["sequences_correct"] : [])
        for key in scores + ["lr", "grad_norm"] { try expect(steps, key, trajectory) }
        for key in scores { try expect(evaluations, key, trajectory, prefix: "eval_") }

        let rate = try trajectory["lr"].max() ?? 0
        for epoch in 1...2 {
            let checkpoint = try SafeTensorsFile(path: workshop.checkpoint("run", step: 5 * epoch))
            // Adam divides by a gradient's size: in a small one, rounding moves the weight as far as a gradient would.
            let adam = trajectory.settings["optimizer"]?.stringValue == "sgd" ? 0 : 0.01 * Double(rate) * 5
            for parameter in trajectory.parameters {
                let weights = try checkpoint.floats("model.\(parameter)")
                let difference = mismatch(
                    stride(from: 0, to: weights.count, by: trajectory.nth).map { weights[$0] },
                    try trajectory["epoch_\(epoch).\(parameter)"], atol: 1e-5 + adam * Double(epoch))
                #expect(difference == nil, "\(parameter) after epoch \(epoch)")
            }
        }
    }

    /// Expects a column of the metrics; a generator has no predictions.
    private func expect(
        _ lines: [JSONLine], _ key: String, _ trajectory: Trajectory, prefix: String = ""
    ) throws {
        let found = lines.map { Float($0[key]?.doubleValue ?? 0) }
        let difference = mismatch(found, try trajectory[prefix + key])
        #expect(difference == nil, "\(prefix)\(key)")
    }

    /// Otherwise the fixtures could not tell a gradient that is clipped from one that is not.
    @Test(arguments: ["nesterov", "taught", "adam"])
    func clippingBitesInSomeStepsOnly(name: String) throws {
        let trajectory = try Trajectory(name)
        let limit = Float(try #require(trajectory.settings["clip_norm"]?.doubleValue))
        let clipped = try trajectory["grad_norm"].count { $0 > limit }
        #expect((2...8).contains(clipped))
    }
}
