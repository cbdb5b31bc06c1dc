import Collectives
import Formats
import Foundation
import Synchronization
import TestSupport
import Testing

@testable import Runs
@testable import Training

/// The trainer's exit status, not Swift Testing's.
typealias Status = Training.ExitStatus

/// A folder with small data, in which runs are trained by ranks that are threads (or by the world of one).
struct Workshop {
    let folder: TemporaryFolder
    let data: String
    /// What there is to train.
    var catalog = article

    init(train: Int = 70, test: Int = 33) throws {
        folder = try TemporaryFolder()
        data = try folder.writeDigits(train: train, test: test)
    }

    /// With small images of a shape, `[rows, columns]` or another.
    init(images shape: [Int], classes: Int) throws {
        folder = try TemporaryFolder()
        data = try folder.writeImages("images", shape: shape, classes: classes)
    }

    /// With data that is there.
    init(data: String, _ catalog: Catalog = article) throws {
        folder = try TemporaryFolder()
        self.data = data
        self.catalog = catalog
    }

    func path(_ run: String) -> String { "\(folder.path)/\(run)" }

    func bytes(_ run: String, _ file: String) throws -> [UInt8] {
        try [UInt8](Data(contentsOf: URL(filePath: path(run)).appending(path: file)))
    }

    func text(_ run: String, _ file: String) throws -> String {
        String(decoding: try bytes(run, file), as: UTF8.self)
    }

    func metrics(_ run: String) throws -> [JSONLine] {
        try text(run, "metrics.jsonl").split(separator: "\n").map { JSONLine($0) }
    }

    func checkpoint(_ run: String, step: Int) -> String {
        RunFolder(path: path(run)).checkpoints.path(step: step)
    }

    /// The names in `checkpoints/`.
    func checkpoints(_ run: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: path(run) + "/checkpoints").sorted()
    }

    /// Every file of a run with its content.
    func files(_ run: String) throws -> [String: [UInt8]] {
        let names = try FileManager.default.subpathsOfDirectory(atPath: path(run))
        return try Dictionary(
            uniqueKeysWithValues: names.compactMap { name in
                var isFolder: ObjCBool = false
                _ = FileManager.default.fileExists(atPath: "\(path(run))/\(name)", isDirectory: &isFolder)
                return isFolder.boolValue ? nil : (name, try bytes(run, name))
            })
    }

    /// Changes or removes a text of a safetensors file's metadata; a sealed one is sealed again.
    func rewrite(_ name: String, metadata key: String, to value: String?) throws {
        let file = try SafeTensorsFile(path: path(name))
        var metadata = file.metadata
        metadata[key] = value
        let tensors = try file.entries.map {
            (name: $0.name, shape: $0.shape, values: SafeTensors.Values.float32(try file.floats($0.name)))
        }
        let isSealed = metadata["content_sha256"] != nil
        try Files.publish(
            path(name),
            isSealed ? Seal.encode(tensors, metadata) : SafeTensors.encode(tensors, metadata: metadata))
    }

    /// Writes one number of a tensor anew; a sealed file is sealed again.
    func poison(_ name: String, _ tensor: String, with value: Float) throws {
        let file = try SafeTensorsFile(path: path(name))
        let tensors = try file.entries.map { entry in
            var values = try file.floats(entry.name)
            if entry.name == tensor { values[values.count / 2] = value }
            return (name: entry.name, shape: entry.shape, values: SafeTensors.Values.float32(values))
        }
        let isSealed = file.metadata["content_sha256"] != nil
        try Files.publish(
            path(name),
            isSealed
                ? Seal.encode(tensors, file.metadata)
                : SafeTensors.encode(tensors, metadata: file.metadata))
    }

    /// The settings with this data, in the folder `run`.
    func configuration(run: String = "run", _ settings: Settings) throws -> Configuration {
        try Configuration(
            catalog, layers: Self.layers(catalog, data: data, path(run), SettingsLayer(), settings))
    }

    private static func layers(
        _ catalog: Catalog, data: String, _ path: String, _ checkpoint: SettingsLayer, _ settings: Settings
    ) throws -> [SettingsLayer] {
        let paths: JSON = ["data": .string(data), "run_dir": .string(path), "progress": "none"]
        var asked = try SettingsLayer(settings.json, from: "test", settings: catalog.settings)
        asked.isRecord = true  // tests ask every network for the same small sizes
        return [try SettingsLayer(paths, from: "test", settings: catalog.settings), checkpoint, asked]
    }

    /// Trains, or tries to, in the folder `run`.
    ///
    /// - Parameters:
    ///   - ranks: how many threads; 0 is the world of one without any.
    ///   - requests: what is asked of each rank.
    /// - Returns: every rank's outcome, and what the console was told.
    @discardableResult
    func attempt(
        _ run: String, ranks: Int = 0, _ settings: Settings,
        requests: @escaping @Sendable (_ rank: Int) -> Requests = { _ in .none }
    ) -> Attempt {
        let told = Told()
        let (catalog, data, path) = (catalog, data, path(run))
        let body: @Sendable (any Communicator) throws -> Void = { world in
            try TrainingRun(
                catalog, world: world, console: told.console, clock: .stopped,
                requests: { requests(world.rank) }
            ).run { checkpoint in
                try Self.layers(catalog, data: data, path, checkpoint, settings)
            }
        }
        let outcomes =
            ranks == 0
            ? [Result { try body(LocalCommunicator()) }] : withThreadRanks(ranks) { try body($0) }
        return Attempt(
            outcomes: outcomes, output: told.output, warnings: told.warnings, lines: told.lines)
    }

    /// Trains to the end; a failure of any rank is an issue.
    @discardableResult
    func train(
        _ run: String, ranks: Int = 0, _ settings: Settings, sourceLocation: SourceLocation = #_sourceLocation
    ) throws -> Attempt {
        let attempt = attempt(run, ranks: ranks, settings)
        for (rank, outcome) in attempt.outcomes.enumerated() {
            if case .failure(let error) = outcome {
                Issue.record("\(run), rank \(rank): \(describe(error))", sourceLocation: sourceLocation)
            }
        }
        return attempt
    }

    /// Expects the model and the metrics of two runs to be the same bytes, and on request their checkpoints.
    func expectSame(
        _ run: String, _ other: String, checkpoints: Bool = false,
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        #expect(try !bytes(other, "model.safetensors").isEmpty, sourceLocation: sourceLocation)
        #expect(
            try text(run, "metrics.jsonl") == text(other, "metrics.jsonl"), sourceLocation: sourceLocation)
        var files = ["model.safetensors"]
        if checkpoints {
            let names = try self.checkpoints(run)
            #expect(try names == self.checkpoints(other), sourceLocation: sourceLocation)
            files += names.map { "checkpoints/\($0)" }
        }
        for file in files {
            let isSame = try bytes(run, file) == bytes(other, file)
            #expect(isSame, "\(file) of \(run) and \(other)", sourceLocation: sourceLocation)
        }
    }
}

/// What came of a run.
struct Attempt {
    let outcomes: [Result<Void, any Error>]
    /// Lines for stdout, warnings, and lines of the display.
    let output, warnings, lines: [String]

    /// Each rank's error, nil where it has none.
    var errors: [(any Error)?] {
        outcomes.map { if case .failure(let error) = $0 { error } else { nil } }
    }

    /// The exit status of each rank.
    var statuses: [Status] { errors.map { $0.map { Status(of: $0) } ?? .done } }

    func everyRankEnded(with status: Status) -> Bool { statuses.allSatisfy { $0 == status } }

    /// What the rank with the cause says.
    var message: String { errors.compactMap { $0 }.map(describe).joined(separator: "\n") }
}

/// An error's own words; of an agreed failure, its cause's.
func describe(_ error: any Error) -> String {
    if let failure = error as? AgreedFailure { return failure.cause.map { "\($0)" } ?? "" }
    return "\(error)"
}

/// A console that remembers.
private final class Told: Sendable {
    private let told = Mutex<(output: [String], warnings: [String], lines: [String])>(([], [], []))
    var output: [String] { told.withLock(\.output) }
    var warnings: [String] { told.withLock(\.warnings) }
    var lines: [String] { told.withLock(\.lines) }

    var console: Console {
        Console(
            arguments: ["trainer", "train"],
            output: { line in self.told.withLock { $0.output.append(line) } },
            warn: { line in self.told.withLock { $0.warnings.append(line) } },
            makeDisplay: { _ in Lines { line in self.told.withLock { $0.lines.append(line) } } })
    }
}

/// A display that hands its lines on.
private final class Lines: ProgressReporter {
    private let take: (String) -> Void

    init(_ take: @escaping (String) -> Void) { self.take = take }

    func update(_ snapshot: ProgressSnapshot) {}
    func line(_ text: String) { take(text) }
    func finish() {}
}

extension Clock {
    static let stopped = Clock(monotonicSeconds: { 0 }, utc: { "2026-01-02T03:04:05Z" })
}
