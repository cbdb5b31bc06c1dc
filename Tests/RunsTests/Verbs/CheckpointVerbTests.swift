import Formats
import Foundation
import TestSupport
import Testing

@testable import Runs
@testable import Training

/// Checkpoints are listed, proven, and compared with each other.
@Suite(.timeLimit(.minutes(10))) struct CheckpointVerbTests {
    private let workshop: Workshop
    private static let settings: Settings = [
        "model": "mlp", "global_batch": 20, "max_steps": 30, "checkpoint_every": 10, "eval_every": 20,
    ]

    init() throws {
        workshop = try Workshop()
        try workshop.train("run", Self.settings)
    }

    @Test func aRunsCheckpointsAreListed() throws {
        let listing = try CheckpointListing([workshop.path("run")])
        #expect(listing.isSound)
        #expect(listing.items.map(\.step) == [10, 20, 30])
        #expect(listing.items.map { $0.accuracy != nil } == [false, true, true])
        #expect(
            try listing.items[1].accuracy
                == workshop.metrics("run").last { $0["step"]?.intValue == 20 && $0["state_sha256"] != nil }?[
                    "accuracy"]?.doubleValue)
        #expect(
            try listing.items.map(\.bytes)
                == workshop.checkpoints("run").map { try workshop.bytes("run", "checkpoints/\($0)").count })
        #expect(Set(listing.items.map(\.runID)).count == 1)
        #expect(listing.text.split(separator: "\n").allSatisfy { $0.hasPrefix("ok     step ") })
    }

    @Test func aDamagedOneIsMarked() throws {
        let path = workshop.checkpoint("run", step: 20)
        var bytes = try Data(contentsOf: URL(filePath: path))
        bytes[bytes.count / 2] ^= 1
        try bytes.write(to: URL(filePath: path))
        let listing = try CheckpointListing([workshop.checkpoint("run", step: 10), path])
        #expect(!listing.isSound)
        #expect(
            listing.items.map(\.step) == [10, 20] && listing.items.map { $0.damage == nil } == [true, false])
        #expect(listing.items[1].bytes == bytes.count)
        #expect(listing.text.split(separator: "\n").last?.hasPrefix("BROKEN step 20 ") == true)
        #expect(DamagedCheckpoints(listing).description.hasPrefix("1 checkpoint is not sound"))
    }

    @Test func whereThereIsNoneIsSaid() throws {
        for path in ["nowhere", workshop.folder.path] {
            let error = #expect(throws: FileError.self) { try CheckpointListing([path]) }
            #expect(error?.kind == .missing)
        }
    }

    @Test func equalRunsAreTheSame() throws {
        try workshop.train("twin", ranks: 2, Self.settings)
        let difference = try CheckpointDifference(workshop.path("run"), workshop.path("twin"))
        #expect(difference.isSame && difference.words.isEmpty, "\(difference.text)")
        #expect(
            difference.files == [workshop.checkpoint("run", step: 30), workshop.checkpoint("twin", step: 30)])
        #expect(difference.tensors.map(\.name).contains("model.fc1.weight"))
        #expect(difference.text.hasSuffix(": the same bits"))
    }

    @Test func whatDiffersIsMeasured() throws {
        try workshop.train("other", Self.settings.with(["lr": 0.02]))
        let (one, other) = (workshop.checkpoint("run", step: 10), workshop.checkpoint("other", step: 10))
        let difference = try CheckpointDifference(one, other)
        #expect(!difference.isSame && difference.unpaired.isEmpty)
        let (first, second) = (try SafeTensorsFile(path: one), try SafeTensorsFile(path: other))
        for tensor in difference.tensors {
            let (a, b) = (try first.floats(tensor.name), try second.floats(tensor.name))
            #expect(tensor.differing == zip(a, b).count { $0 != $1 })
            #expect(tensor.first == zip(a, b).enumerated().first { $1.0 != $1.1 }?.offset)
            #expect(tensor.largest == zip(a, b).map { abs(Double($0) - Double($1)) }.max())
        }
        #expect(difference.words.contains { $0.name == "config.lr" && $0.second == "0.02" })
        #expect(CheckpointsDiffer(difference).description.contains(" differ, in '"))
    }

    @Test func distancesAreCountedInFloats() {
        func ulps(_ a: Float, _ b: Float) -> Int {
            CheckpointDifference.Tensor("a", [1, a], [1, b]).largestULPs
        }
        #expect(ulps(1, Float(1).nextUp) == 1 && ulps(1, Float(1).nextDown.nextDown) == 2)
        #expect(ulps(-.leastNonzeroMagnitude, .leastNonzeroMagnitude) == 2)
        #expect(ulps(1, 2) == 1 << 23 && ulps(-2, -1) == 1 << 23)
        // Zeros of two signs are other bits, and no distance.
        let zeros = CheckpointDifference.Tensor("a", [0], [-0.0])
        #expect((zeros.differing, zeros.largestULPs, zeros.largest, zeros.first) == (1, 0, 0, 0))
    }

    @Test func tensorsWithoutAPartnerAreNamed() throws {
        try workshop.train("wide", Self.settings.with(["optimizer": "adam"]))
        let difference = try CheckpointDifference(
            workshop.checkpoint("run", step: 10), workshop.checkpoint("wide", step: 10))
        #expect(!difference.isSame && !difference.unpaired.isEmpty)
        #expect(difference.unpaired.allSatisfy { $0.contains(": only in ") })
    }

    @Test func damageIsNotCompared() throws {
        let path = workshop.checkpoint("run", step: 20)
        var bytes = try Data(contentsOf: URL(filePath: path))
        bytes[bytes.count - 5] ^= 1
        try bytes.write(to: URL(filePath: path))
        let error = #expect(throws: FileError.self) {
            try CheckpointDifference(workshop.checkpoint("run", step: 10), path)
        }
        #expect(error?.kind == .malformed)
    }
}
