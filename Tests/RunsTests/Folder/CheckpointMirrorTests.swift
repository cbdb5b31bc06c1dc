import Formats
import Foundation
import Synchronization
import Testing

@testable import Runs
@testable import Training

/// `--mirror DIR`.
@Suite(.timeLimit(.minutes(10))) struct CheckpointMirrorTests {
    private static let settings = Settings.quick.with(["checkpoint_every": 2, "keep_last": 2, "max_steps": 9])
    private let workshop: Workshop
    private var mirror: String { workshop.path("mirror") }
    private var names: [String] {
        get throws { try FileManager.default.contentsOfDirectory(atPath: mirror).sorted() }
    }

    init() throws { workshop = try Workshop() }

    @Test(arguments: [1, 3])
    func holdsTheNewestAndARunGoesOnFromThem(ranks: Int) throws {
        try workshop.train("plain", Self.settings)
        try workshop.train(
            "run", ranks: ranks, Self.settings.with(["mirror": .string(mirror), "max_steps": 4]))
        #expect(try names == ["step-00000002.safetensors", "step-00000004.safetensors"])
        try workshop.train(
            "run", ranks: ranks, Self.settings.with(["mirror": .string(mirror), "resume": "auto"]))
        #expect(try names == ["step-00000008.safetensors", "step-00000009.safetensors"])
        for name in try names {
            #expect(
                try workshop.bytes("mirror", name) == workshop.bytes("plain", "checkpoints/\(name)"),
                "\(name)")
        }
        // The folder is no matter of the run's: nothing of it is in its files.
        try workshop.expectSame("plain", "run", checkpoints: true)
        #expect(try workshop.bytes("plain", "config.json") == workshop.bytes("run", "config.json"))
        // The disk of the run is lost.
        let copy = "\(mirror)/step-00000008.safetensors"
        try workshop.train("saved", Self.settings.with(["resume": .string(copy)]))
        #expect(
            try workshop.bytes("saved", "model.safetensors") == workshop.bytes("plain", "model.safetensors"))
    }

    @Test(arguments: [1, 2])
    func anotherRunsCopiesAreLeftAlone(ranks: Int) throws {
        let settings = Self.settings.with(["mirror": .string(mirror)])
        try workshop.train("run", settings)
        let before = try workshop.files("mirror")
        let attempt = workshop.attempt("other", ranks: ranks, settings.with(["seed": 5]))
        #expect(attempt.everyRankEnded(with: .cannotCreate), "\(attempt.statuses)")
        #expect(attempt.message.contains("is a checkpoint of another run; give each run a mirror of its own"))
        #expect(try workshop.files("mirror") == before)
        // Files that are no checkpoints are nobody's.
        try Files.createDirectory("\(mirror)-2")
        try Files.publish("\(mirror)-2/step-00000001.safetensors", [1, 2, 3])
        try workshop.train("third", settings.with(["mirror": .string("\(mirror)-2")]))
    }

    /// A file stands in the way: that is told before anything is trained.
    @Test(arguments: [1, 2])
    func aFolderThatCannotBeMadeEndsTheRunAtOnce(ranks: Int) throws {
        try workshop.folder.write("file", [1])
        let attempt = workshop.attempt(
            "run", ranks: ranks, Self.settings.with(["mirror": .string(workshop.path("file/mirror"))]))
        #expect(attempt.everyRankEnded(with: .cannotCreate), "\(attempt.statuses)")
        #expect(!Files.exists(workshop.path("run")))
    }

    /// The folder goes away: every copy is missed in words, and the next that can be made is.
    @Test func aCopyThatFailsIsTold() throws {
        try workshop.train("run", Self.settings)
        let told = Mutex<[String]>([])
        let copies = try CheckpointMirror(folder: mirror, keepLast: 5) { line in
            told.withLock { $0.append(line) }
        }
        let (first, second) = ("step-00000008.safetensors", "step-00000009.safetensors")
        try FileManager.default.removeItem(atPath: mirror)
        try copies.save(try workshop.bytes("run", "checkpoints/\(first)"), step: 8)
        let lines = told.withLock { $0 }
        #expect(lines.count == 1 && lines[0].hasPrefix("warning: no copy of the checkpoint of step 8: "))
        try Files.createDirectory(mirror)
        try copies.save(try workshop.bytes("run", "checkpoints/\(second)"), step: 9)
        #expect(try names == [second])
        #expect(told.withLock { $0.count } == 1)
    }
}
