import Collectives
import Formats
import Testing
import Training

@testable import Runs

/// Settings and files that used to end the process by a trap: each is a sentence and a status, or works.
@Suite struct CrashTests {
    private static let small: Settings = [
        "model": "mlp", "max_steps": 2, "global_batch": 20, "shards": 2, "schedule": "constant",
    ]

    /// What else must be chosen for a setting to be read.
    private static let readers: [String: Settings] = [
        "lr": [:], "weight_decay": [:], "clip_norm": [:], "dropout": [:], "spike_factor": [:],
        "momentum": ["optimizer": "sgd", "nesterov": true], "beta1": ["optimizer": "adam"],
        "beta2": ["optimizer": "lamb"], "alpha": ["optimizer": "rmsprop", "centered": true],
        "gamma": ["schedule": "step", "step_size": 1],
    ]

    private let workshop: Workshop

    init() throws { workshop = try Workshop() }

    @Test func noNumberThatASettingAcceptsCrashesARun() throws {
        let numbers = article.settings.filter { if case .number = $0.kind { true } else { false } }
        #expect(Set(numbers.map(\.key)) == Set(Self.readers.keys))
        let extremes: [Double] = [
            .leastNonzeroMagnitude, 1e-46, 1e-45, 1e-38, 0.99999998, 0.999_999_999_999_999_9, 1, 1e30, 1e38,
            3.5e38, 1e308,
        ]
        for (key, others) in Self.readers {
            for value in extremes {
                let attempt = workshop.attempt(
                    "\(key)-\(value)", Self.small.with(others).with([key: .number(value)]))
                let isExpected = [Status.done, .failed, .usage].contains(attempt.statuses[0])
                #expect(isExpected, "\(key) \(value): \(attempt.statuses): \(attempt.message)")
            }
        }
    }

    @Test(arguments: [("momentum", 1e-46, "0.0"), ("dropout", 0.99999998, "1.0"), ("lr", 1e300, "inf")])
    func whatSinglePrecisionMakesAnotherNumberIsRefused(key: String, value: Double, rounded: String) {
        let attempt = workshop.attempt("run", Self.small.with([key: .number(value)]))
        #expect(attempt.statuses == [.usage])
        #expect(
            attempt.message.contains("in single precision too, found \(value), which is \(rounded) there"))
    }

    @Test(arguments: ["lstm", "gru", "rnn", "row-generator", "digit-reader"])
    func aNetworkBeyondAllMemoryIsRefusedBeforeItIsMade(model: String) {
        let huge = Self.small.with(["model": .string(model), "hidden_size": 65_536])
        for ranks in [0, 2] {
            let attempt = workshop.attempt("run", ranks: ranks, huge.with(["dry_run": true]))
            #expect(attempt.everyRankEnded(with: .outOfMemory), "\(attempt.statuses)")
            #expect(attempt.message.contains("are needed for parameters, gradients and optimizer state"))
            #expect(attempt.message.contains("can be had"), "\(attempt.message)")
        }
    }

    private func status(ofModel file: String) -> Status {
        do {
            let run = EvaluationRun(article, world: LocalCommunicator())
            _ = try run.run(modelFile: file, data: workshop.data)
            return .done
        } catch {
            return Status(of: error)
        }
    }

    @Test(
        arguments: [
            ("hidden_size", "65536"), ("hidden_size", "4611686018427387904"), ("digits", "0"),
            ("digits", "-1"), ("digits", "4611686018427387904"), ("digits", "100"),
            ("sample", #"{"input":[28,56],"classes":10,"length":1073741824}"#),
            ("sample", #"{"input":[1,1073741824],"classes":10,"length":2}"#),
            ("sample", #"{"input":[32768,32768],"classes":65536,"length":2}"#),
            ("sample", #"{"input":[9223372036854775807,28],"classes":10,"length":2}"#),
        ])
    func aModelFileThatSaysMoreThanItHoldsIsMalformed(key: String, value: String) throws {
        try workshop.train(
            "run",
            Self.small.with([
                "model": "digit-reader", "hidden_size": 3, "digits": 2, "max_steps": 1, "shards": 1,
            ]))
        try workshop.rewrite("run/model.safetensors", metadata: key, to: value)
        #expect(status(ofModel: workshop.path("run/model.safetensors")) == .badData)
    }

    @Test(
        arguments: [
            ("step", ["-1", "9223372036854775807", "9007199254740992", "x"]),
            ("metrics_bytes", ["-1", "9223372036854775807"]),
            ("window_samples", ["-1", "9223372036854775807"]),
            ("window_correct", ["-5", "9223372036854775807"]),
            ("window_loss", ["nan", "inf", "-inf"]), ("arithmetic", ["-1", "9223372036854775807"]),
        ])
    func aCheckpointOfAbsurdCountersIsMalformed(key: String, values: [String]) throws {
        try workshop.train("run", Self.small.with(["checkpoint_every": 1]))
        let path = "run/checkpoints/step-00000002.safetensors"
        for value in values {
            try workshop.rewrite(path, metadata: key, to: value)
            let resume: Settings = ["resume": .string(workshop.path(path)), "max_steps": 3]
            let attempt = workshop.attempt("run", ranks: 2, Self.small.with(resume))
            #expect(attempt.everyRankEnded(with: .badData), "\(key) \(value): \(attempt.statuses)")
        }
    }

    /// The file's tensors are compared with what its settings imply, before memory is taken for them.
    @Test func aCheckpointThatClaimsAHugeNetworkIsMalformed() throws {
        let lstm = Self.small.with(["model": "lstm", "hidden_size": 3, "checkpoint_every": 1])
        try workshop.train("run", lstm)
        let path = "run/checkpoints/step-00000002.safetensors"
        let file = try SafeTensorsFile(path: workshop.path(path))
        let settings = try #require(file.metadata["config"])
        let claim = settings.replacing(#""hidden_size":3"#, with: #""hidden_size":65536"#)
        #expect(claim != settings)
        try workshop.rewrite(path, metadata: "config", to: claim)
        let attempt = workshop.attempt(
            "other", ["resume": .string(workshop.path(path)), "max_steps": 3])
        #expect(attempt.statuses == [.badData])
        #expect(attempt.message.contains("in the file but"), "\(attempt.message)")
        #expect(status(ofModel: workshop.path(path)) == .badData)
    }
}
