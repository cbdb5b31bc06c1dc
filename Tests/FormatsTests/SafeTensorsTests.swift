import TestSupport
import Testing

@testable import Formats

@Suite struct SafeTensorsTests {
    @Test func readsWhatTheReferenceWrites() throws {
        let file = try SafeTensorsFile(path: fixture("reference.safetensors"))
        let values: [Float] = [0, -1.5, 65504, 6e-8, .infinity, 0.1]
        #expect(file.metadata == ["format": "pt", "epoch": "3"])
        #expect(file.entry(named: "f32")?.shape == [2, 3] && file.entry(named: "f32")?.dtype == .float32)
        #expect(try file.floats("f32") == values)
        #expect(try file.floats("f64") == values)
        // 6e-8 is subnormal in binary16: one unit of 2⁻²⁴.
        #expect(try file.floats("f16") == [0, -1.5, 65504, 0x1p-24, .infinity, 0.0999755859375])
        #expect(try file.floats("bf16") == [0, -1.5, 65536, 0x1.02p-24, .infinity, 0.10009765625])
        #expect(try file.integers("i64") == [1, -(1 << 40)])
        #expect(try file.integers("i32") == [-5])
        #expect(try file.integers("u8") == [0, 200])
        #expect(try file.integers("bool") == [1, 0, 1])
        #expect(try file.floats("scalar") == [2.5] && file.entry(named: "scalar")?.shape == [])
        #expect(try file.floats("empty") == [] && file.entry(named: "empty")?.shape == [0, 3])
    }

    @Test func writesTheseBytes() throws {
        let tensors: [(name: String, shape: [Int], values: SafeTensors.Values)] = [
            (name: "b", shape: [2], values: .float32([1, -2])),
            (name: "a", shape: [1, 1], values: .float32([0.5])),
            (name: "step", shape: [], values: .int64([7])),
        ]
        let bytes = SafeTensors.encode(tensors, metadata: ["seed": "1", "epoch": "3"])
        let header =
            #"{"__metadata__":{"format":"pt","epoch":"3","seed":"1"},"#
            + #""step":{"dtype":"I64","shape":[],"data_offsets":[0,8]},"#
            + #""a":{"dtype":"F32","shape":[1,1],"data_offsets":[8,12]},"#
            + #""b":{"dtype":"F32","shape":[2],"data_offsets":[12,20]}}"#
        let data: [UInt8] = [7, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x3F, 0, 0, 0x80, 0x3F, 0, 0, 0, 0xC0]
        let padding = -header.utf8.count & 7
        #expect(Array(bytes[8...]) == Array(header.utf8) + [UInt8](repeating: 0x20, count: padding) + data)
        #expect(SafeTensors.dataStart(ofEncoded: bytes) % 8 == 0)
        #expect(SafeTensors.dataSHA256(of: tensors) == SHA256.hex(of: data))

        let file = try SafeTensorsFile(parsing: bytes, path: "f")
        #expect(file.entries.map(\.name) == ["step", "a", "b"])
        #expect(file.metadata == ["format": "pt", "epoch": "3", "seed": "1"])
        #expect(try file.floats("b") == [1, -2])
        #expect(try file.integers("step") == [7])
        #expect(file.dataSHA256 == SHA256.hex(of: data))
    }

    @Test func writesTheSameBytesInAnyOrder() {
        let tensors: [(name: String, shape: [Int], values: SafeTensors.Values)] = (0..<9).map {
            (
                name: "t\($0)", shape: [$0],
                values: $0 % 2 == 0
                    ? .int64(.init(repeating: 1, count: $0)) : .float32(.init(repeating: 2, count: $0))
            )
        }
        let metadata = Dictionary(uniqueKeysWithValues: (0..<20).map { ("key\($0)", "\($0)") })
        #expect(
            SafeTensors.encode(tensors, metadata: metadata)
                == SafeTensors.encode(tensors.reversed(), metadata: metadata))
    }

    @Test func readsAnEmptyModel() throws {
        let file = try SafeTensorsFile(parsing: encoded("{}", data: 0), path: "f")
        #expect(file.entries.isEmpty && file.metadata.isEmpty)
        #expect(try SafeTensorsFile(parsing: SafeTensors.encode([]), path: "f").entries.isEmpty)
    }

    @Test func ignoresUnknownFieldsAndNullMetadata() throws {
        let text = #"{"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2],"x":[{}]},"__metadata__":null}"#
        #expect(try SafeTensorsFile(parsing: encoded(text, data: 2), path: "f").integers("a") == [0, 0])
    }

    /// The rule, a header, the bytes of data after it, and the message.
    static let bad: [(Int, String, Int, String)] = [
        (4, "{\"a\":1,}", 0, "header: byte 7: expected a key in double quotes, found '}'"),
        (4, "{}\0\0", 0, "header: byte 2: expected the end after the value, found byte 0x0"),
        (4, "\u{FEFF}{}", 0, "header: byte 0: expected a value, found a byte order mark"),
        (4, "[]", 0, "header: byte 0: expected an object, found an array"),
        (4, entry("a", 0, 4) + entry("a", 0, 4), 4, "expected unique keys, found \"a\" twice"),
        (4, "{\"a\":{\"dtype\":\"U8\",\"dtype\":\"U8\"}}", 0, "expected unique keys, found \"dtype\" twice"),
        (4, "{\"__metadata__\":{},\"__metadata__\":{}}", 0, "found \"__metadata__\" twice"),
        (5, "{\"a\":3}", 0, "tensor 'a': expected an object, found an integer"),
        (5, entry("a", 0, 4, shape: "[1.0]"), 4, "expected a shape of non-negative integers, found [1.0]"),
        (5, entry("a", 0, 4, shape: "[-1]"), 4, "expected a shape of non-negative integers, found [-1]"),
        (
            5, entry("a", 0, 4, shape: "[99999999999999999999]"), 4,
            "expected a shape of non-negative integers"
        ),
        (5, entry("a", 0, 4, dtype: "f32"), 4, "expected a dtype like F32 or I64, found \"f32\""),
        (5, entry("a", 0, 4, dtype: "I4"), 4, "expected a dtype like F32 or I64, found \"I4\""),
        (5, "{\"a\":{\"dtype\":\"F32\",\"shape\":[1]}}", 4, "expected data_offsets [begin, end], found none"),
        (5, "{\"a\":{\"dtype\":\"F32\",\"data_offsets\":[0,4]}}", 4, "non-negative integers, found none"),
        (5, "{\"a\":{\"shape\":[1],\"data_offsets\":[0,4]}}", 4, "a dtype like F32 or I64, found none"),
        (
            6, "{\"__metadata__\":{\"epoch\":3}}", 0,
            "__metadata__ 'epoch': expected a string, found an integer"
        ),
        (6, "{\"__metadata__\":[]}", 0, "__metadata__: expected an object, found an array"),
        (7, entry("a", 4, 0), 4, "expected data_offsets [begin, end], found [4,0]"),
        (
            7, entry("a", 4, 8), 8,
            "tensor 'a': expected to start at 0, found 4: the data has a hole or an overlap"
        ),
        (7, entry("a", 0, 4) + entry("b", 0, 4), 4, "tensor 'b': expected to start at 4, found 0"),
        (8, entry("a", 0, 8), 8, "tensor 'a': F32 of shape [1] needs 4 bytes, its data_offsets give 8"),
        (
            8, entry("a", 0, 4, shape: "[4611686018427387904,4]"), 4,
            "expected a size that fits in memory, found shape [4611686018427387904, 4]"
        ),
        (9, entry("a", 0, 4), 3, "cut short: expected 4 bytes of data, found 3"),
        (9, entry("a", 0, 4), 5, "too long: expected 4 bytes of data, found 5"),
    ]

    @Test(arguments: bad)
    func refusesWithReason(rule: Int, header: String, data: Int, message: String) {
        let merged = header.split(separator: "}{", omittingEmptySubsequences: false).joined(separator: ",")
        expectMalformed(message) { try SafeTensorsFile(parsing: encoded(merged, data: data), path: "f") }
    }

    @Test func refusesBadLengths() {
        let file = { (bytes: [UInt8]) in try SafeTensorsFile(parsing: bytes, path: "f") }
        expectMalformed("f: expected at least 8 bytes, found 7") { try file([UInt8](repeating: 0, count: 7)) }
        expectMalformed("expected a header of at most 100000000 bytes, found 100000001") {
            try file(littleEndian(UInt64(100_000_001)))
        }
        expectMalformed("expected a header of at most 100000000 bytes") { try file(littleEndian(UInt64.max)) }
        expectMalformed("cut short: expected a header of 9 bytes, found 8") {
            try file(littleEndian(UInt64(9)) + [UInt8](repeating: 0x20, count: 8))
        }
        expectMalformed("the download returned a web page") { try file(Array("<!DOCTYPE html>".utf8)) }
        expectMalformed("header: byte 1: expected UTF-8, found an invalid sequence") {
            try file(littleEndian(UInt64(3)) + [0x7B, 0xFF, 0x7D])
        }
    }

    @Test func refusesMissingTensorsAndOtherTypes() throws {
        let file = try SafeTensorsFile(path: fixture("reference.safetensors"))
        expectMalformed("expected a tensor 'fc.bias', found") { try file.floats("fc.bias") }
        expectMalformed("tensor 'i64': expected F32, F64, F16 or BF16, found I64") { try file.floats("i64") }
        expectMalformed("tensor 'f32': expected I64, I32, U8 or BOOL, found F32") { try file.integers("f32") }
    }

    @Test func refusesToWriteWhatNobodyCouldRead() async {
        await #expect(processExitsWith: .failure) { _ = SafeTensors.encode([("", [], .int64([1]))]) }
        await #expect(processExitsWith: .failure) { _ = SafeTensors.encode([("a", [3], .int64([1]))]) }
        await #expect(processExitsWith: .failure) {
            _ = SafeTensors.encode([("__metadata__", [], .int64([1]))])
        }
        await #expect(processExitsWith: .failure) {
            _ = SafeTensors.encode([("a", [], .int64([1])), ("a", [], .float32([1]))])
        }
    }

    @Test func mutationsThrowOrMatchTheirHeader() throws {
        let own = SafeTensors.encode(
            [
                (name: "w", shape: [2, 2], values: .float32([1, 2, 3, 4])),
                (name: "n", shape: [], values: .int64([5])),
            ],
            metadata: ["k": "v"])
        for bytes in [own, try Files.read(fixture("reference.safetensors"))] {
            for damaged in Mutations(of: bytes, count: 10_000) {
                expectFileErrorOrValue {
                    let file = try SafeTensorsFile(parsing: damaged, path: "f")
                    #expect(file.entries.reduce(0) { $0 + $1.range.count } == damaged.count - file.dataStart)
                    for entry in file.entries {
                        #expect(entry.count == entry.shape.reduce(1, *))
                        _ = try? file.floats(entry.name)
                        _ = try? file.integers(entry.name)
                    }
                }
            }
        }
    }
}

private func entry(
    _ name: String, _ begin: Int, _ end: Int, shape: String = "[1]", dtype: String = "F32"
) -> String {
    #"{"\#(name)":{"dtype":"\#(dtype)","shape":\#(shape),"data_offsets":[\#(begin),\#(end)]}}"#
}

private func encoded(_ header: String, data: Int) -> [UInt8] {
    littleEndian(UInt64(header.utf8.count)) + Array(header.utf8) + [UInt8](repeating: 0, count: data)
}
