import Collectives
import Formats
import Runs
import TestSupport
import Training

/// Small runs that ended well: what is damaged.
struct SoundFiles {
    /// Of each run's folder: the path within it, and the bytes.
    let runs: [[(name: String, bytes: [UInt8])]]
    let data: String

    static let catalog = Catalog(models: .article, recipes: [.seed])
    static let steps = 4

    private static let settings: [(name: String, settings: JSON)] = [
        ("lstm", ["model": "lstm", "hidden_size": 3]),
        ("digit-reader", ["model": "digit-reader", "hidden_size": 3, "digits": 2, "optimizer": "adam"]),
        ("perceptron", ["model": "perceptron", "clip_norm": 1, "warmup_steps": 2]),
    ]

    /// Makes them.
    static func write(into folder: Folder) throws {
        try Files.createDirectory(folder.path)
        var random = SplitMix(seed: 1)
        for (half, count) in [("train", 20), ("t10k", 10)] {
            let pixels = (0..<count * 36).map { _ in UInt8.random(in: 0...255, using: &random) }
            try folder.write("data/\(half)-images-idx3-ubyte", idx([count, 6, 6], pixels))
            let labels = (0..<count).map { UInt8($0 % 4) }
            try folder.write("data/\(half)-labels-idx1-ubyte", idx([count], labels))
        }
        let common: JSON = [
            "global_batch": 8, "shards": 2, "max_steps": .integer(steps), "checkpoint_every": 2,
            "log_every": 1,
        ]
        for (name, settings) in settings {
            try train([common, settings], data: folder("data"), run: folder(name))
        }
    }

    init(_ folder: Folder) throws {
        data = folder("data")
        runs = try Self.settings.map { run in try Self.files(folder(run.name), "") }
    }

    private static func files(_ root: String, _ prefix: String) throws -> [(name: String, bytes: [UInt8])] {
        try Files.list("\(root)/\(prefix)").flatMap { name -> [(name: String, bytes: [UInt8])] in
            let path = prefix + name
            return Files.isDirectory("\(root)/\(path)")
                ? try files(root, path + "/") : [(path, try Files.read("\(root)/\(path)"))]
        }
    }

    func file(_ name: String, ofRun run: Int) -> [UInt8] { runs[run].first { $0.name == name }?.bytes ?? [] }

    /// The newest checkpoint of a run.
    func checkpoint(ofRun run: Int) -> [UInt8] {
        runs[run].last { $0.name.hasPrefix("checkpoints/step-") }?.bytes ?? []
    }

    /// Trains with these settings, the last the highest; those of a checkpoint stand below them.
    static func train(_ settings: [JSON], configFile: String? = nil, data: String, run: String) throws {
        let world = LocalCommunicator()
        let console = Console(
            arguments: ["fuzz"], output: { _ in }, warn: { _ in }, makeDisplay: { _ in Silence() })
        let training = TrainingRun(
            catalog, world: world, console: console,
            requests: { Requests(stop: { false }, takeSave: { false }) })
        try training.run { checkpoint in
            let paths: JSON = ["data": .string(data), "run_dir": .string(run), "progress": "none"]
            let file = try configFile.map { try SettingsLayer(configFile: $0, settings: catalog.settings) }
            return try [checkpoint] + (file.map { [$0] } ?? [])
                + (settings + [paths]).map { try SettingsLayer($0, from: "fuzz", settings: catalog.settings) }
        }
    }
}

/// Shows nothing.
private final class Silence: ProgressReporter {
    func update(_ snapshot: ProgressSnapshot) {}
    func line(_ text: String) {}
    func finish() {}
}
