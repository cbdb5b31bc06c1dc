import Collectives
import Determinism
import Formats
import Foundation
import Synchronization
import TestSupport
import Testing

@testable import Runs
@testable import Training

/// `model.safetensors` vouches for itself; files that do not are taken with a note.
@Suite(.timeLimit(.minutes(10))) struct ModelSealTests {
    let workshop: Workshop
    let model: String

    init() throws {
        workshop = try Workshop()
        try workshop.train("run", Settings.quick)
        model = workshop.path("run") + "/model.safetensors"
    }

    /// What evaluating a file on so many ranks gives: statuses, and notes.
    private func evaluate(_ file: String, ranks: Int = 1) -> (
        statuses: [Status], notes: [String], message: String
    ) {
        let notes = Mutex<[String]>([])
        let data = workshop.data
        let results = withThreadRanks(ranks) { world in
            _ = try EvaluationRun(article, world: world, note: { note in notes.withLock { $0.append(note) } })
                .run(
                    modelFile: file, data: data)
        }
        let errors = results.map { result -> (any Error)? in
            if case .failure(let error) = result { error } else { nil }
        }
        return (
            errors.map { $0.map { Status(of: $0) } ?? .done }, notes.withLock { $0 },
            errors.compactMap { $0 }.map(describe).joined()
        )
    }

    @Test func itIsSealedAndTakenWithoutANote() throws {
        #expect(try ModelFile.load(model, article).isSealed)
        #expect(evaluate(model).notes == [])
        #expect(evaluate(workshop.checkpoint("run", step: 11)).notes == [])
    }

    /// Every bit of the header, and 200 of the whole file at random.
    @Test func aFlippedBitIsFound() throws {
        let original = try Files.read(model)
        let header = 8 * SafeTensors.dataStart(ofEncoded: original)
        var stream = RandomStream(seed: 10, name: "flips", index: 0)
        let random = (0..<200).map { _ in Int(stream.nextUnit() * Float(original.count)) * 8 + 3 }
        let path = try workshop.folder.write("flipped.safetensors", original)
        let file = try FileHandle(forUpdating: URL(filePath: path))
        var unseen: [Int] = []
        for bit in Array(0..<header) + random.map({ min($0, original.count * 8 - 1) }) {
            let place = bit / 8
            func set(_ byte: UInt8) throws {
                try file.seek(toOffset: UInt64(place))
                try file.write(contentsOf: [byte])
            }
            try set(original[place] ^ (1 << (bit % 8)))
            do {
                _ = try ModelFile.load(path, article)
                unseen.append(bit)
            } catch is FileError {}
            try set(original[place])
        }
        #expect(unseen == [])
        #expect(throws: Never.self) { try ModelFile.load(path, article) }
    }

    @Test(arguments: 1...3)
    func damageIsToldByAllVerbs(ranks: Int) throws {
        var bytes = try Files.read(model)
        bytes[bytes.count - 5] ^= 4
        let damaged = try workshop.folder.write("damaged.safetensors", bytes)
        let told = evaluate(damaged, ranks: ranks)
        #expect(
            told.statuses.allSatisfy { $0 == .badData } && told.message.contains("it is damaged"), "\(told)")
        let results = withThreadRanks(ranks) { [workshop] world in
            _ = try IllustrationRun(article, world: world).run(
                modelFile: damaged, data: workshop.data, index: 0)
        }
        for result in results {
            let error = #expect(throws: AgreedFailure.self) { try result.get() }
            #expect(error?.status == .badData)
        }
    }

    /// As version 0.1 and other programs write them: rank 0 says so.
    @Test(arguments: 1...3)
    func anUnsealedFileIsTakenWithANote(ranks: Int) throws {
        let file = try SafeTensorsFile(path: model)
        var metadata = file.metadata
        (metadata["content_sha256"], metadata["run_id"]) = (nil, nil)
        let tensors = try file.entries.map {
            (name: $0.name, shape: $0.shape, values: SafeTensors.Values.float32(try file.floats($0.name)))
        }
        let unsealed = try workshop.folder.write(
            "unsealed.safetensors", SafeTensors.encode(tensors, metadata: metadata))
        let told = evaluate(unsealed, ranks: ranks)
        #expect(told.statuses.allSatisfy { $0 == .done })
        #expect(told.notes == ["\(unsealed) has no seal, so a damaged bit of it would go unseen"])
    }

    /// A file that says which run it is of was sealed.
    @Test func aSealCannotBeTakenAway() throws {
        let file = try SafeTensorsFile(path: model)
        var metadata = file.metadata
        metadata["content_sha256"] = nil
        let tensors = try file.entries.map {
            (name: $0.name, shape: $0.shape, values: SafeTensors.Values.float32(try file.floats($0.name)))
        }
        let path = try workshop.folder.write(
            "bare.safetensors", SafeTensors.encode(tensors, metadata: metadata))
        #expect(evaluate(path).statuses == [.badData])
    }

    @Test(arguments: [Float.nan, -.infinity], 1...3)
    func aModelThatHoldsNoNumberIsBadData(value: Float, ranks: Int) throws {
        try workshop.poison("run/model.safetensors", "fc.weight", with: value)
        let told = evaluate(model, ranks: ranks)
        #expect(told.statuses.allSatisfy { $0 == .badData })
        #expect(told.message.contains("'fc.weight' holds \(value) at place 3920"), "\(told.message)")
    }
}
