import Datasets
import Samples
import Testing

@Suite struct DigitStripsTests {
    /// Images of 2×3 whose pixels all are the image's number, which is its label.
    private let images = ImageSet(
        shape: SampleShape(input: [2, 3], target: .classes(10)),
        pixels: (0..<10).flatMap { [UInt8](repeating: $0, count: 6) }, labels: Array(0..<10))

    private func makeStrips(_ digits: Int, seed: UInt64) throws -> DigitStrips {
        try DigitStrips(of: images, digits: digits, seed: seed)
    }

    private func labels(_ strips: DigitStrips, epoch: Int = 0) -> [[Int32]] {
        (0..<strips.count).map { strips.sample($0, epoch: epoch).labels }
    }

    @Test func aStripShowsItsDigitsFromTheLeft() throws {
        let strips = try makeStrips(4, seed: 1)
        #expect(strips.count == 10)
        #expect(strips.shape == SampleShape(input: [2, 12], target: .sequence(length: 4, classes: 10)))
        for sample in 0..<10 {
            let (pixels, labels) = (strips.sample(sample).input, strips.sample(sample).labels)
            #expect(labels == strips.places(sample, epoch: 0).map(Int32.init))
            for (index, pixel) in pixels.enumerated() {
                #expect(pixel == Float(labels[index % 12 / 3]) / 255)
            }
        }
    }

    @Test func stripsAreAFunctionOfSeedEpochAndNumber() throws {
        let strips = try makeStrips(5, seed: 1)
        let base = labels(strips)
        #expect(Set(base).count == 10, "strips differ from each other")
        #expect(labels(try makeStrips(5, seed: 1)) == base)
        #expect(labels(try makeStrips(5, seed: 2)) != base)
        #expect(labels(strips, epoch: 1) != base)
        // In whatever order they are asked for, and however many digits follow.
        #expect((0..<10).reversed().map { strips.sample($0).labels } == base.reversed())
        #expect(labels(try makeStrips(2, seed: 1)) == base.map { Array($0.prefix(2)) })
    }

    @Test func everyDigitIsDrawnAboutEquallyOften() throws {
        let strips = try makeStrips(100, seed: 3)
        let drawn = (0..<20).flatMap { labels(strips, epoch: $0) }.joined()
        for digit in 0..<10 { #expect(abs(drawn.filter { $0 == digit }.count - 2000) < 215) }
    }

    @Test func imagesAreSamplesOfTheirOwn() {
        for epoch in [0, 5] {
            let sample = images.sample(7, epoch: epoch)
            #expect(sample.labels == [7] && sample.input == [Float](repeating: 7 / 255, count: 6))
        }
    }

    /// The channels of a strip are strips of the images' channels.
    @Test func colouredImagesStandSideBySideToo() throws {
        let colours = ImageSet(
            shape: SampleShape(input: [2, 1, 2], target: .classes(3), classNames: ["a", "b", "c"]),
            pixels: Array(0..<12), labels: [0, 1, 2])
        let strips = try DigitStrips(of: colours, digits: 3, seed: 1)
        #expect(strips.shape.input == [2, 1, 6] && strips.shape.classNames == ["a", "b", "c"])
        let sample = strips.sample(1)
        for channel in 0..<2 {
            for (place, label) in sample.labels.enumerated() {
                for column in 0..<2 {
                    let pixel = 4 * Int(label) + 2 * channel + column
                    #expect(sample.input[channel * 6 + place * 2 + column] == Float(pixel) / 255)
                }
            }
        }
    }

    /// Images that are no `ImageSet`.
    private struct Wrapped: SampleSource {
        let images: ImageSet
        var count: Int { images.count }
        var shape: SampleShape { images.shape }
        func read(_ sample: Int, epoch: Int, into slot: SampleSlot) {
            images.read(sample, epoch: epoch, into: slot)
        }
    }

    @Test func anySourceOfImagesGivesTheSameStrips() throws {
        let colours = ImageSet(
            shape: SampleShape(input: [3, 2, 2], target: .classes(5)), pixels: Array(0..<60),
            labels: Array(0..<5))
        for set in [images, colours] {
            let plain = try DigitStrips(of: set, digits: 3, seed: 4)
            let wrapped = try DigitStrips(of: Wrapped(images: set), digits: 3, seed: 4)
            #expect(wrapped.shape == plain.shape)
            for sample in 0..<set.count {
                #expect(wrapped.sample(sample, epoch: 2) == plain.sample(sample, epoch: 2))
            }
        }
    }

    @Test func whatIsNoImageMakesNoStrip() {
        let rows = ImageSet(
            shape: SampleShape(input: [3], target: .classes(2)), pixels: [1, 2, 3], labels: [1])
        let error = #expect(throws: UnsuitableShape.self) { try DigitStrips(of: rows, digits: 2, seed: 1) }
        #expect(
            error?.description
                == "a strip of digits needs images of one class each, but these samples are 3, 2 classes")
    }
}
