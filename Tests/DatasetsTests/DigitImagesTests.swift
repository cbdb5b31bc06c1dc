import Formats
import Samples
import TestSupport
import Testing

@testable import Datasets

private let mnistSize = ImageSize(rows: 28, columns: 28)

@Suite struct DigitImagesTests {
    private static let plain = picture(.seven)

    @Test(
        arguments: [
            ("light on dark", picture(.seven, ink: [255, 255, 255], paper: [0, 0, 0])),
            ("pale", picture(.seven, ink: [150, 150, 150], paper: [210, 210, 210])),
            ("elsewhere", picture(.seven, width: 501, height: 300, left: 300, top: 30)),
            ("at the edge", picture(.seven, width: 200, height: 200, left: -4, top: -4)),
            ("twice the size", picture(.seven, width: 400, height: 500, left: 30, top: 90, size: 320)),
            ("red on blue", picture(.seven, format: .rgb, ink: [220, 40, 30], paper: [40, 60, 200])),
            ("equally bright", picture(.seven, format: .rgb, ink: [200, 100, 100], paper: [20, 192, 100])),
            ("black on nothing", picture(.seven, format: .grayAlpha)),
            ("white on nothing", picture(.seven, format: .grayAlpha, ink: [255, 255, 255])),
            ("yellow on nothing", picture(.seven, format: .rgba, ink: [250, 220, 90])),
        ] as [(String, PNG)])
    func colourPlaceAndSizeDoNotMatter(name: String, picture: PNG) throws {
        let expected = try DigitImages.digit(Self.plain, mnistSize, path: "f")
        let found = try DigitImages.digit(picture, mnistSize, path: "f")
        let worst = zip(expected, found).map { abs(Int($0) - Int($1)) }.max() ?? 0
        #expect(worst <= (name == "twice the size" ? 40 : 12), "differs by \(worst) of 255")
    }

    @Test(arguments: [Sketch.seven, .four])
    func looksAsMNISTDoes(sketch: Sketch) throws {
        let pixels = try DigitImages.digit(picture(sketch), mnistSize, path: "f")
        #expect(pixels.count == 784 && pixels.max() == 255)
        let inked = (0..<784).filter { pixels[$0] > 0 }
        let (rows, columns) = (inked.map { $0 / 28 }, inked.map { $0 % 28 })
        let extent = max(rows.max()! - rows.min()!, columns.max()! - columns.min()!) + 1
        #expect(extent == 20)
        let total = inked.reduce(0.0) { $0 + Double(pixels[$1]) }
        for places in [rows, columns] {
            let center = zip(inked, places).reduce(0.0) { $0 + Double(pixels[$1.0]) * Double($1.1) } / total
            #expect(abs(center - 14) <= 0.51, "centre of mass at \(center)")
        }
    }

    @Test func whatIsAsMNISTHasItStaysSo() throws {
        let pixels = try DigitImages.digit(Self.plain, mnistSize, path: "f")
        let again = PNG(width: 28, height: 28, format: .gray, pixels: pixels)
        #expect(try DigitImages.digit(again, mnistSize, path: "f") == pixels)
    }

    /// The digit takes as much of the image as in MNIST's, 20 of 28 rows, whatever the size; its centre of mass stands in the
    /// middle.
    @Test(arguments: [(20, 20, 14), (56, 28, 20), (32, 40, 23), (1, 9, 1), (3, 3, 2)])
    func otherSizesLookAlike(rows: Int, columns: Int, extent: Int) throws {
        let size = ImageSize(rows: rows, columns: columns)
        let pixels = try DigitImages.digit(Self.plain, size, path: "f")
        #expect(pixels.count == rows * columns && pixels.max() == 255)
        let inked = pixels.indices.filter { pixels[$0] > 0 }
        let (ys, xs) = (inked.map { $0 / columns }, inked.map { $0 % columns })
        #expect(max(ys.max()! - ys.min()!, xs.max()! - xs.min()!) + 1 == extent)
        guard rows > 9 else { return }
        let total = inked.reduce(0.0) { $0 + Double(pixels[$1]) }
        for (places, center) in [(ys, rows / 2), (xs, columns / 2)] {
            let mean = zip(inked, places).reduce(0.0) { $0 + Double(pixels[$1.0]) * Double($1.1) } / total
            #expect(abs(mean - Double(center)) <= 0.51)
        }
    }

    @Test func aModelOfColourImagesTakesNoPNG() throws {
        let folder = try TemporaryFolder()
        let png = try folder.write("a.png", Self.plain.encoded)
        let shape = SampleShape(input: [3, 8, 8], target: .classes(4))
        let error = #expect(throws: FileError.self) { try DigitImages(path: png, for: shape) }
        #expect(error?.description.contains("but the model takes 3×8×8, 4 classes; write") == true)
        let values = (0..<2 * 192).map { UInt8(truncatingIfNeeded: $0) }
        let images = try DigitImages(path: folder.write("images", idx([2, 3, 8, 8], values)), for: shape)
        #expect(images.count == 2 && images.pixels == values && images.indices == [0, 1])
    }

    @Test func noiseIsNoInk() throws {
        var random = SplitMix(seed: 3)
        let clean = picture(.four, ink: [40], paper: [220])
        let noisy = clean.pixels.map {
            UInt8(
                max(
                    0,
                    min(
                        255,
                        Int($0) + (0..<4).reduce(0) { sum, _ in sum + .random(in: -5...5, using: &random) })))
        }
        let found = try DigitImages.digit(
            PNG(width: clean.width, height: clean.height, format: .gray, pixels: noisy), mnistSize, path: "f")
        let expected = try DigitImages.digit(clean, mnistSize, path: "f")
        let mean = zip(expected, found).reduce(0) { $0 + abs(Int($1.0) - Int($1.1)) } / 784
        #expect(mean <= 6, "differs by \(mean) of 255 on average")
    }

    @Test(arguments: [(1, 1), (1, 300), (300, 1), (2, 2), (40, 50)])
    func aPictureOfOneColourIsRefused(width: Int, height: Int) throws {
        let folder = try TemporaryFolder()
        let empty = PNG(
            width: width, height: height, format: .gray, pixels: [UInt8](repeating: 77, count: width * height)
        )
        let path = try folder.write("empty.png", empty.encoded)
        expectRefusal("empty.png: expected a digit, found a picture of one colour", path)
    }

    /// Whatever the size and wherever the ink, there is an image or an error.
    @Test func everyPictureGivesAnImageOrAnError() {
        var random = SplitMix(seed: 5)
        for _ in 0..<60 {
            let (width, height) = (
                Int.random(in: 1...40, using: &random), Int.random(in: 1...40, using: &random)
            )
            let format = [PNG.Format.gray, .grayAlpha, .rgb, .rgba].randomElement(using: &random)!
            let density = Int.random(in: 1...20, using: &random)
            let pixels = (0..<width * height * format.channels).map { _ in
                Int.random(in: 0..<density, using: &random) == 0
                    ? UInt8.random(in: 0...255, using: &random) : 0
            }
            let picture = PNG(width: width, height: height, format: format, pixels: pixels)
            if let image = try? DigitImages.digit(picture, mnistSize, path: "f") {
                #expect(image.count == 784 && image.max() == 255)
            }
        }
    }

    @Test func idxImagesAreTakenAsTheyAre() throws {
        let folder = try TemporaryFolder()
        let pixels = (0..<3 * 784).map { UInt8(truncatingIfNeeded: $0) }
        let path = try folder.write("images", gzipped(idx([3, 28, 28], pixels)))
        let all = try DigitImages(path: path, for: .mnist)
        #expect(all.indices == [0, 1, 2] && all.pixels == pixels && all.count == 3)
        let one = try DigitImages(path: path, for: .mnist, index: 1)
        #expect(one.indices == [1] && one.pixels == Array(pixels[784..<1568]))
        expectRefusal("expected an image 3, found 3 images; choose --index from 0 to 2", path, index: 3)
    }

    @Test func refusesWhatIsNoImage() throws {
        let folder = try TemporaryFolder()
        expectRefusal("not found", folder.path + "/none.png", kind: .missing)
        expectRefusal("expected a file, found a folder", folder.path, kind: .missing)
        expectRefusal(
            "expected a PNG or an IDX file, found bytes ffd8ffe0; convert it to PNG",
            try folder.write("a.jpg", [0xFF, 0xD8, 0xFF, 0xE0, 0, 1]))
        expectRefusal("not a sound PNG", try folder.write("cut.png", Array(Self.plain.encoded.dropLast(40))))
        expectRefusal(
            "the model takes 28×28, 10 classes, found an array of shape [4]",
            try folder.write("labels", idx([4], [0, 1, 2, 3])))
        expectRefusal(
            "which has one; leave out --index", try folder.write("a.png", Self.plain.encoded), index: 2)
    }

    private func expectRefusal(
        _ message: String, _ path: String, index: Int? = nil, kind: FileError.Kind = .malformed,
        sourceLocation: SourceLocation = #_sourceLocation
    ) {
        let error = #expect(throws: FileError.self, sourceLocation: sourceLocation) {
            try DigitImages(path: path, for: .mnist, index: index)
        }
        #expect(error?.kind == kind, sourceLocation: sourceLocation)
        #expect(
            error?.description.contains(message) == true, "\(error as Any)", sourceLocation: sourceLocation)
    }
}

/// Its size, not every pixel, in what the tests print.
extension PNG: CustomTestStringConvertible {
    public var testDescription: String { "\(width)×\(height) \(format)" }
}
