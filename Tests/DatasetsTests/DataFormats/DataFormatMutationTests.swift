import Formats
import Samples
import TestSupport
import Testing

@testable import Datasets

/// Whatever is damaged in the files of a data set, there is a data set or a sentence, and never a trap.
@Suite struct DataFormatMutationTests {
    private func expectDataOrError(
        _ folder: TemporaryFolder, _ name: String, sourceLocation: SourceLocation = #_sourceLocation
    ) {
        do {
            let halves = try DataFolder.load(folder.path)
            #expect(halves.train.shape == halves.test.shape, sourceLocation: sourceLocation)
            #expect(halves.train.shape.problem == nil, sourceLocation: sourceLocation)
            for half in [halves.train, halves.test] {
                let last = half.sample(half.count - 1)
                #expect(
                    last.labels.allSatisfy { 0..<half.shape.classes ~= Int($0) },
                    sourceLocation: sourceLocation)
            }
        } catch {
            #expect(
                error.kind == .malformed || error.kind == .missing, "\(name): \(error)",
                sourceLocation: sourceLocation)
        }
    }

    @Test func idxFiles() throws {
        let folder = try TemporaryFolder()
        let files = [
            ("train-images-idx4-ubyte", idx([3, 2, 2, 2], Array(0..<24))),
            ("train-labels-idx1-ubyte", idx([3], [0, 4, 2])),
            ("t10k-images-idx4-ubyte", gzipped(idx([2, 2, 2, 2], Array(0..<16)))),
            ("t10k-labels-idx1-ubyte", gzipped(idx([2], [1, 3]))),
        ]
        for (name, bytes) in files { try folder.write(name, bytes) }
        for (name, bytes) in files {
            for damaged in Mutations(of: bytes, count: 250) {
                try folder.write(name, damaged)
                expectDataOrError(folder, name)
            }
            try folder.write(name, bytes)
        }
    }

    @Test func archives() throws {
        let folder = try TemporaryFolder()
        let train = (npy([3, 2, 2, 2], Array(0..<24)), npy("<i8", [3, 1], [0, 700, 2] as [Int64]))
        let test = (npy([2, 2, 2, 2], Array(0..<16)), npy("<i4", [2], [1, 3] as [Int32]))
        for damaged in Mutations(of: archive(train, test), count: 400) {
            try folder.write("a.npz", damaged)
            expectDataOrError(folder, "a.npz")
        }
        // Behind a sound checksum: the arrays themselves.
        for (index, array) in [train.0, train.1, test.0, test.1].enumerated() {
            for damaged in Mutations(of: array, count: 150) {
                var arrays = [train.0, train.1, test.0, test.1]
                arrays[index] = damaged
                try folder.write("a.npz", archive((arrays[0], arrays[1]), (arrays[2], arrays[3])))
                expectDataOrError(folder, "array \(index)")
            }
        }
    }

    @Test func cifarBatches() throws {
        let folder = try TemporaryFolder()
        try SmallCIFAR.write(into: folder)
        let names = Array((SmallCIFAR.names.joined(separator: "\n") + "\n").utf8)
        for (name, bytes) in [
            ("data_batch_1.bin", SmallCIFAR.record(0) + SmallCIFAR.record(1)),
            ("test_batch.bin", SmallCIFAR.record(1)), ("batches.meta.txt", names),
        ] {
            for damaged in Mutations(of: bytes, count: 80) {
                try folder.write(name, damaged)
                expectDataOrError(folder, name)
            }
            try folder.write(name, bytes)
        }
    }
}
