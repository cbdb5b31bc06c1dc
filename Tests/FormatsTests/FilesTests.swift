import Foundation
import TestSupport
import Testing

@testable import Formats

@Suite struct FilesTests {
    let folder: TemporaryFolder
    init() throws { folder = try TemporaryFolder() }

    @Test func readsAWholeFile() throws {
        let bytes = (0..<70_000).map { UInt8(truncatingIfNeeded: $0) }
        #expect(try Files.read(folder.write("a", bytes)) == bytes)
        #expect(try Files.read(folder.write("empty", [])) == [])
    }

    @Test func refusesWhatIsNoFile() throws {
        let path = folder.path
        expectFileError(.missing, "\(path)/no: not found; check the path") { try Files.read(path + "/no") }
        expectFileError(.missing, "expected a file, found a folder") { try Files.read(path) }
        #expect(mkfifo(path + "/fifo", 0o600) == 0)
        expectFileError(.missing, "found a device, pipe or socket") { try Files.read(path + "/fifo") }
        let large = try folder.write("large", [1, 2, 3])
        expectFileError(.malformed, "expected at most 2 bytes, found 3") { try Files.read(large, limit: 2) }
    }

    @Test func listsNamesInOrder() throws {
        for name in ["b", "a10", "a9", "B", ".hidden"] { try folder.write(name, []) }
        #expect(try Files.list(folder.path) == [".hidden", "B", "a10", "a9", "b"])
        expectFileError(.missing, "not found") { try Files.list(folder.path + "/no") }
        expectFileError(.missing, "expected a folder, found a file") { try Files.list(folder.path + "/b") }
    }

    @Test func createsAndRemovesFolders() throws {
        let deep = folder.path + "/x//y/z/"
        try Files.createDirectory(deep)
        try Files.createDirectory(deep)
        #expect(Files.isDirectory(deep))
        #expect(try Files.list(deep) == [])
        try Files.remove(deep)
        try Files.remove(deep)
        #expect(!Files.exists(deep))
        let file = try folder.write("file", [])
        expectFileError(.cannotCreate, "file exists") { try Files.createDirectory(file) }
        expectFileError(.cannotCreate, "not a directory") { try Files.createDirectory(file + "/x") }
        expectFileError(.ioFailure, "directory not empty") { try Files.remove(folder.path) }
    }

    @Test func publishesAllChunks() throws {
        let path = folder.path + "/model"
        try Files.publish(path, [1, 2], [], [3])
        try Files.publish(path, [4, 5], [6]) { temporary throws(FileError) in
            #expect(temporary == "\(path).tmp.\(getpid())")
            #expect(try Files.read(temporary) == [4, 5, 6])
            #expect(try Files.read(path) == [1, 2, 3])
        }
        #expect(try Files.read(path) == [4, 5, 6])
        #expect(try Files.list(folder.path) == ["model"])
    }

    @Test func aFailedPublicationLeavesTheOldFile() throws {
        let path = folder.path + "/model"
        try Files.publish(path, [1])
        let refusal = FileError(.malformed, path, "no", advice: "none")
        expectFileError(.malformed, "no") {
            try Files.publish(path, [2]) { _ throws(FileError) in throw refusal }
        }
        #expect(try Files.read(path) == [1])
        #expect(try Files.list(folder.path) == ["model"])
    }

    @Test func refusesToPublishWhereItCannot() throws {
        expectFileError(.cannotCreate, "no such file or directory") {
            try Files.publish(folder.path + "/no/a", [1])
        }
        expectFileError(.cannotCreate, "is a directory") { try Files.publish(folder.path, [1]) }
        expectFileError(.cannotCreate, "not a directory") {
            try Files.publish(folder.write("file", []) + "/a", [1])
        }
        #expect(try Files.list(folder.path) == ["file"])
    }

    @Test func namesAFullDisk() throws {
        expectFileError(.ioFailure, "/dev/full: write failed: disk full; free some space or write elsewhere")
        {
            guard let device = Descriptor(opening: "/dev/full", O_WRONLY) else { return }
            try device.writeAll([1])
        }
    }

    @Test func appendsSurviveReopeningAndTruncation() throws {
        let path = folder.path + "/metrics.jsonl"
        let log = try AppendOnlyFile(path: path)
        try log.append(line: "one")
        try log.append(line: "two")
        try log.synchronize()
        #expect(try log.length == 8)
        let again = try AppendOnlyFile(path: path)
        try again.truncate(to: 4)
        try again.append(line: "three")
        #expect(try Files.read(path) == Array("one\nthree\n".utf8))
        expectMalformed("expected at least 11 bytes to cut back to, found 10") { try again.truncate(to: 11) }
        expectFileError(.cannotCreate, "no such file") { try AppendOnlyFile(path: folder.path + "/no/x") }
        expectFileError(.cannotCreate, "is a directory") { try AppendOnlyFile(path: folder.path) }
    }

    @Test func hashesInPieces() {
        // FIPS 180-4's own examples.
        #expect(SHA256.hex(of: []) == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
        let abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        #expect(SHA256.hex(of: Array("abc".utf8)) == abc)
        var hasher = SHA256()
        hasher.update(Array("a".utf8))
        hasher.update([])
        let a = "ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb"
        #expect(hasher.snapshot().hexadecimal == a && hasher.snapshot().hexadecimal == a)
        hasher.update(Array("bc".utf8))
        #expect(hasher.finalize().hexadecimal == abc)
    }
}
