import TestSupport
import Testing

@testable import Formats

@Suite struct NPZTests {
    @Test(arguments: ["arrays.npz", "arrays_compressed.npz"])
    func readsWhatNumPyWrites(name: String) throws {
        let archive = try NPZ(path: fixture(name))
        #expect(
            archive.names == ["images", "fortran", "labels", "big", "zeros", "scalar", "floats", "negative"])
        let images = try archive.array(named: "images")
        #expect(images.shape == [2, 3, 4] && images.values == Array(0..<24))
        #expect(try archive.array(named: "fortran") == images)
        #expect(try archive.array(named: "labels").values == [7, 0, 255])
        #expect(try archive.array(named: "big").values == [1, 2])
        #expect(try archive.array(named: "zeros").values == [UInt8](repeating: 0, count: 5000))
        let scalar = try archive.array(named: "scalar")
        #expect(scalar.shape == [] && scalar.values == [9])
        expectMalformed(
            "\(name)(floats.npy): expected integers (descr '|u1' or another integer type), found '<f4'"
        ) {
            try archive.array(named: "floats")
        }
        expectMalformed("expected values 0...255, found -1 at index 1") {
            try archive.array(named: "negative")
        }
        expectMalformed("expected an array 'x', found images, fortran") { try archive.array(named: "x") }
    }

    static let headers: [(String, String?)] = [
        ("{'descr':'|u1','fortran_order':False,'shape':(2,)}", nil),
        ("  {\"shape\" : ( 2L , ) , \"descr\" : \"uint8\" , 'fortran_order' : True , } \n", nil),
        ("{'descr':'|u1','fortran_order':False,'shape':(2)}", "expected a tuple as shape, found an integer"),
        ("{'descr':'|u1','fortran_order':0,'shape':(2,)}", "expected True or False"),
        ("{'descr':'|u1','fortran_order':False,'shape':(-2,)}", "expected a size from 0 on"),
        ("{'descr':'|u1','shape':(2,)}", "fortran_order and shape, found one missing"),
        ("{'descr':'|u1','descr':'|u1','shape':(2,)}", "once each, found 'descr'"),
        ("{'descr':'|u1','fortran_order':False,'shape':(2,),'x':'y'}", "once each, found 'x'"),
        ("{'descr':'|O','fortran_order':False,'shape':(2,)}", "found '|O'"),
        ("{'descr':[('a','<i4')],'fortran_order':False,'shape':(2,)}", "expected a quoted string"),
        ("{'descr':'|u1','fortran_order':False,'shape':(2,)} x", "expected nothing after the dict"),
        (
            "{'descr':'|u1','fortran_order':False,'shape':(3,)}",
            "cut short: expected 3 bytes after the header, found 2"
        ),
        (
            "{'descr':'|u1','fortran_order':False,'shape':(1,)}",
            "too long: expected 1 bytes after the header, found 2"
        ),
        (
            "{'descr':'|u1','fortran_order':False,'shape':(4294967296,4294967296)}",
            "expected an array that fits in memory"
        ),
        ("{'descr':'|u1", "expected a closing quote"),
        ("", "byte 0: expected '{'"),
    ]

    @Test(arguments: headers)
    func readsHeaders(header: String, message: String?) throws {
        let bytes = npy(header: header, [5, 6])
        guard let message else {
            let array = try NPY<UInt8>(parsing: bytes, path: "a.npy")
            #expect(array.shape == [2] && array.values == [5, 6])
            return
        }
        expectMalformed(message) { try NPY<UInt8>(parsing: bytes, path: "a.npy") }
    }

    @Test func refusesOtherPrefixes() {
        let valid = npy([1], [1])
        expectMalformed("starting 93 NUMPY") { try NPY<UInt8>(parsing: [1, 2, 3], path: "f") }
        expectMalformed("expected NumPy format 1.0, 2.0 or 3.0, found 4.0") {
            try NPY<UInt8>(parsing: valid.replacing(at: 6, [4]), path: "f")
        }
        expectMalformed("expected a header of at most 10000 bytes, found 65535") {
            try NPY<UInt8>(parsing: valid.replacing(at: 8, [0xFF, 0xFF]), path: "f")
        }
        expectMalformed("expected a header of 1000 bytes, found only") {
            try NPY<UInt8>(parsing: valid.replacing(at: 8, [0xE8, 3]), path: "f")
        }
    }

    @Test func refusesBadArchives() {
        var zip = ZipWriter()
        zip.add("a.npy", npy([2], [5, 6]))
        let valid = zip.bytes(comment: "hello")
        expectMalformed("found no end-of-directory record") { try ZipArchive(parsing: [], path: "f") }
        expectMalformed("found no end-of-directory record") {
            try ZipArchive(parsing: valid + [0], path: "f")
        }
        expectMalformed("the download returned a web page") {
            try ZipArchive(parsing: Array("<html>".utf8), path: "f")
        }
        expectMalformed("f: entry 'a.npy' is damaged: its CRC-32 does not match") {
            try NPZ(parsing: valid.replacing(at: 50, [0x7F]), path: "f").array(named: "a")
        }
        expectMalformed("reaches past its end") {
            try ZipArchive(parsing: valid.replacing(at: 30, [0x7F]), path: "f")
        }
        expectMalformed("past the end: cut short?") {
            try ZipArchive(parsing: Array(valid.dropFirst(40)), path: "f")
        }
    }

    @Test func refusesBadEntries() {
        func archive(_ build: (inout ZipWriter) -> Void) throws -> [UInt8] {
            var zip = ZipWriter()
            build(&zip)
            let archive = try ZipArchive(parsing: zip.bytes(), path: "f")
            return try archive.contents(of: archive.entries[0])
        }
        expectMalformed("expected unique names, found 'a' twice") {
            try archive {
                $0.add("a", [1])
                $0.add("a", [2])
            }
        }
        expectMalformed("entry 'a' is encrypted") { try archive { $0.add("a", [1], flags: 1) } }
        expectMalformed("entry 'a' uses compression method 12") {
            try archive { $0.add("a", [1], method: 12) }
        }
        expectMalformed("found '../a'") { try archive { $0.add("../a", [1]) } }
        expectMalformed("found '/a'") { try archive { $0.add("/a", [1]) } }
        expectMalformed("declares 1000000 bytes in") {
            try archive { $0.add("a", [1], method: 8, declaredSize: 1_000_000) }
        }
        expectMalformed("it inflates to more than the 5 bytes declared") {
            try archive { $0.add("a", [UInt8](repeating: 0, count: 9000), method: 8, declaredSize: 5) }
        }
        expectMalformed("expected 20 bytes, found 3") {
            try archive { $0.add("a", [1, 2, 3], method: 8, declaredSize: 20) }
        }
    }

    /// A stored and a deflated array.
    private func archive(isWide: Bool) -> [UInt8] {
        var zip = ZipWriter(isWide: isWide)
        zip.add("a.npy", npy([3, 2], Array(0..<6)))
        zip.add("b.npy", npy([9], Array(0..<9)), method: 8)
        return zip.bytes()
    }

    @Test(arguments: [false, true])
    func readsZip64(isWide: Bool) throws {
        let archive = try NPZ(parsing: archive(isWide: isWide), path: "f")
        #expect(archive.names == ["a", "b"])
        #expect(try archive.array(named: "a").values == Array(0..<6))
        #expect(try archive.array(named: "b").values == Array(0..<9))
    }

    @Test func refusesSizesThatOverflow() {
        // The zip64 field of the only entry: content size, payload size, offset.
        var zip = ZipWriter(isWide: true)
        zip.add("a", [1], method: 8)
        let bytes = zip.bytes()
        let field = bytes.count - 22 - 20 - 56 - 24
        let largest = [UInt8](repeating: 0xFF, count: 8)
        expectMalformed("declares 1 bytes in 18446744073709551615: impossible or too large") {
            try ZipArchive(parsing: bytes.replacing(at: field + 8, largest), path: "f")
        }
        expectMalformed("has no local header where the directory points") {
            try ZipArchive(parsing: bytes.replacing(at: field + 16, largest), path: "f")
        }
        expectMalformed("expected a zip64 end record where its locator points") {
            try ZipArchive(parsing: bytes.replacing(at: bytes.count - 34, [0xFF]), path: "f")
        }
    }

    @Test(arguments: ["arrays.npz", "arrays_compressed.npz"])
    func mutationsThrowOrMatchTheirHeader(name: String) throws {
        for bytes in [archive(isWide: false), archive(isWide: true), try Files.read(fixture(name))] {
            for damaged in Mutations(of: bytes, count: 2000) {
                expectFileErrorOrValue {
                    let archive = try NPZ(parsing: damaged, path: "f")
                    for name in archive.names {
                        let array = try archive.array(named: name)
                        #expect(array.values.count == array.shape.reduce(1, *))
                    }
                }
            }
        }
    }

    @Test func mutatedArraysThrowOrMatchTheirHeader() {
        let header = "{'descr': '<i2', 'fortran_order': True, 'shape': (3, 2), }"
        for damaged in Mutations(
            of: npy(header: header, [1, 0, 2, 0, 3, 0, 4, 0, 5, 0, 6, 0]), count: 20_000)
        {
            expectFileErrorOrValue {
                let array = try NPY<UInt8>(parsing: damaged, path: "f")
                #expect(array.values.count == array.shape.reduce(1, *))
            }
        }
    }
}

extension [UInt8] {
    func replacing(at index: Int, _ bytes: [UInt8]) -> [UInt8] {
        var copy = self
        copy.replaceSubrange(index..<index + bytes.count, with: bytes)
        return copy
    }
}
