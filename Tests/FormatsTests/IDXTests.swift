import TestSupport
import Testing

@testable import Formats

@Suite struct IDXTests {
    static let valid = idx([2, 3], [1, 2, 3, 4, 5, 6])

    @Test func readsPlainAndGzip() throws {
        let folder = try TemporaryFolder()
        let plain = try IDX.read(folder.write("a.gz", Self.valid))  // names do not matter
        let compressed = try IDX.read(folder.write("b", gzipped(Self.valid)))
        #expect(plain.shape == [2, 3] && plain.bytes == [1, 2, 3, 4, 5, 6])
        #expect(compressed == plain)
    }

    static let bad: [([UInt8], String)] = [
        ([], "expected an IDX header of at least 4 bytes, found 0"),
        ([0, 0, 8], "expected an IDX header of at least 4 bytes, found 3"),
        ([1, 0, 8, 1, 0, 0, 0, 0], "expected an IDX file (starting 0000), found bytes 01000801"),
        ([0, 0, 7, 1], "expected IDX type 08, found the unknown type 07"),
        (idx([1], [0, 0, 0, 1], type: 0x0C), "expected unsigned bytes (IDX type 08), found 32-bit integers"),
        (idx([], []), "expected 1 to 8 dimensions, found 0"),
        (idx([1, 1, 1, 1, 1, 1, 1, 1, 1], [0]), "expected 1 to 8 dimensions, found 9"),
        ([0, 0, 8, 3, 0, 0, 0, 1], "expected a header of 16 bytes, found 8 bytes in all"),
        (idx([0], []), "expected no dimension of size 0, found shape [0]"),
        (idx([1 << 31, 1 << 31, 4], []), "expected at most 4294967296 values"),
        (Array(valid.dropLast()), "cut short: expected 6 bytes after the header, found 5"),
        (valid + [0], "too long: expected 6 bytes after the header, found 7"),
        (Array("\n<!DOCTYPE html>".utf8), "the download returned a web page"),
        (Array("version https://git-lfs.github.com/spec/v1".utf8), "this is a git-lfs pointer"),
    ]

    @Test(arguments: bad)
    func refusesWithReason(bytes: [UInt8], message: String) {
        expectMalformed("images: \(message)") { try IDX(parsing: bytes, path: "images") }
    }

    @Test func mutationsThrowOrMatchTheirHeader() {
        for damaged in Mutations(of: idx([2, 2, 5], Array(0..<20)), count: 20_000) {
            expectFileErrorOrValue {
                let array = try IDX(parsing: damaged, path: "f")
                #expect(array.bytes.count == array.shape.reduce(1, *))
                #expect(idx(array.shape, array.bytes) == damaged)
            }
        }
    }
}
