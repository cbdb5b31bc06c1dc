import TestSupport
import Testing

@testable import Formats

@Suite struct PNGTests {
    static let formats: [PNG.Format] = [.gray, .grayAlpha, .rgb, .rgba]

    /// A picture of every byte value; alpha is never 0, where colours may be lost.
    static func picture(_ format: PNG.Format, width: Int = 13, height: Int = 7) -> PNG {
        PNG(
            width: width, height: height, format: format,
            pixels: (0..<width * height * format.channels).map { UInt8(truncatingIfNeeded: $0 * 37) | 1 })
    }

    @Test(arguments: formats)
    func readsBackEqual(format: PNG.Format) throws {
        let picture = Self.picture(format)
        #expect(try PNG(parsing: picture.encoded, path: "f") == picture)
        #expect(picture.encoded == picture.encoded)
        #expect(PNG.isPNG(picture.encoded))
    }

    @Test(arguments: [(1, 1), (1, 999), (999, 1), (300, 200)])
    func sizes(width: Int, height: Int) throws {
        let picture = Self.picture(.rgb, width: width, height: height)
        #expect(try PNG(parsing: picture.encoded, path: "f") == picture)
    }

    /// Kinds of file that this program reads but does not write: all show a checkerboard, its upper left corner black.
    @Test(
        arguments: [
            (
                "a palette",
                pngFile(depth: 8, color: 3, before: [("PLTE", [0, 0, 0, 255, 255, 255])]) { [UInt8($0)] }
            ),
            ("two bits", pngFile(depth: 2, color: 0) { [UInt8($0 * 3)] }),
            ("16 bits", pngFile(depth: 16, color: 0) { $0 == 0 ? [0, 0] : [255, 255] }),
            (
                "16-bit colour",
                pngFile(depth: 16, color: 2) { [UInt8](repeating: $0 == 0 ? 0 : 255, count: 6) }
            ),
            ("Adam7", pngFile(depth: 8, color: 0, interlaced: true) { [$0 == 0 ? 0 : 255] }),
            (
                "a transparent colour",
                pngFile(depth: 8, color: 0, before: [("tRNS", [0, 99])]) { [$0 == 0 ? 0 : 255] }
            ),
        ] as [(String, [UInt8])])
    func readsEveryKind(kind: String, bytes: [UInt8]) throws {
        let picture = try PNG(parsing: bytes, path: kind)
        let firsts = stride(from: 0, to: picture.pixels.count, by: picture.format.channels)
        #expect(firsts.map { picture.pixels[$0] } == (0..<16).map { ($0 / 4 + $0) % 2 == 0 ? 0 : 255 })
        #expect(picture.format.hasAlpha == (kind == "a transparent colour"))
        #expect(picture.format.hasColor == (kind == "a palette" || kind == "16-bit colour"))
    }

    @Test func sixteenBitGreyKeepsItsUpperByte() throws {
        let picture = try PNG(parsing: pngFile(depth: 16, color: 0) { _ in [0x80, 0] }, path: "f")
        #expect(picture.pixels.allSatisfy { $0 == 0x80 })
    }

    @Test func refusesWithReason() {
        let valid = Self.picture(.rgb).encoded
        for (bytes, message) in [
            ([], "expected a PNG file (starting 89504e47), found bytes ; convert it to PNG"),
            ([0xFF, 0xD8, 0xFF, 0xE0], "expected a PNG file (starting 89504e47), found bytes ffd8ffe0"),
            (Array("<html>".utf8), "the download returned a web page"),
            (Array(valid.prefix(20)), "not a sound PNG"),
            (Array(valid.dropLast(30)), "not a sound PNG"),
            // Refused before memory is taken: nothing follows the header.
            (
                pngHeader(8193, 8192, depth: 8, color: 0) + pngChunk("IDAT", []),
                "expected at most 67108864 pixels"
            ),
            (pngHeader(1_000_001, 1, depth: 8, color: 0) + pngChunk("IDAT", []), "not a sound PNG"),
        ] as [([UInt8], String)] {
            expectMalformed("digit.png: \(message)") { try PNG(parsing: bytes, path: "digit.png") }
        }
    }

    @Test(arguments: formats)
    func mutationsThrowOrGiveAPicture(format: PNG.Format) {
        for damaged in Mutations(of: Self.picture(format).encoded, count: 3_000) {
            expectFileErrorOrValue {
                let picture = try PNG(parsing: damaged, path: "f")
                #expect(picture.pixels.count == picture.width * picture.height * picture.format.channels)
            }
        }
    }

    @Test func aPictureNeedsItsPixels() async {
        await #expect(processExitsWith: .failure) {
            _ = PNG(width: 2, height: 2, format: .rgb, pixels: [1, 2, 3])
        }
    }
}
