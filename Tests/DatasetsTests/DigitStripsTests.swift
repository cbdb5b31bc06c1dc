import Datasets
import Testing

@Suite struct DigitStripsTests {
    /// Images of 2×3 whose pixels all are the image's number, which is its label.
    private let images = ImageSet(
        rows: 2, columns: 3, pixels: (0..<10).flatMap { [UInt8](repeating: $0, count: 6) },
        labels: Array(0..<10))

    private func read(_ source: some SampleSource, _ sample: Int, epoch: Int = 0) -> (
        pixels: [Float], labels: [Int32]
    ) {
        var pixels = [Float](repeating: -1, count: source.rows * source.columns)
        var labels = [Int32](repeating: -1, count: source.labelsPerSample)
        source.read(sample, epoch: epoch, pixels: &pixels, labels: &labels)
        return (pixels, labels)
    }

    private func labels(_ strips: DigitStrips, epoch: Int = 0) -> [[Int32]] {
        (0..<strips.count).map { read(strips, $0, epoch: epoch).labels }
    }

    @Test func aStripShowsItsDigitsFromTheLeft() {
        let strips = DigitStrips(of: images, digits: 4, seed: 1)
        #expect(strips.count == 10 && strips.rows == 2 && strips.columns == 12 && strips.labelsPerSample == 4)
        for sample in 0..<10 {
            let (pixels, labels) = read(strips, sample)
            #expect(labels == strips.places(sample, epoch: 0).map(Int32.init))
            for (index, pixel) in pixels.enumerated() {
                #expect(pixel == Float(labels[index % 12 / 3]) / 255)
            }
        }
    }

    @Test func stripsAreAFunctionOfSeedEpochAndNumber() {
        let strips = DigitStrips(of: images, digits: 5, seed: 1)
        let base = labels(strips)
        #expect(Set(base).count == 10, "strips differ from each other")
        #expect(labels(DigitStrips(of: images, digits: 5, seed: 1)) == base)
        #expect(labels(DigitStrips(of: images, digits: 5, seed: 2)) != base)
        #expect(labels(strips, epoch: 1) != base)
        // In whatever order they are asked for, and however many digits follow.
        #expect((0..<10).reversed().map { read(strips, $0).labels } == base.reversed())
        #expect(labels(DigitStrips(of: images, digits: 2, seed: 1)) == base.map { Array($0.prefix(2)) })
    }

    @Test func everyDigitIsDrawnAboutEquallyOften() {
        let strips = DigitStrips(of: images, digits: 100, seed: 3)
        let drawn = (0..<20).flatMap { labels(strips, epoch: $0) }.joined()
        for digit in 0..<10 { #expect(abs(drawn.filter { $0 == digit }.count - 2000) < 215) }
    }

    @Test func imagesAreSamplesOfTheirOwn() {
        #expect(images.labelsPerSample == 1)
        for epoch in [0, 5] {
            let (pixels, labels) = read(images, 7, epoch: epoch)
            #expect(labels == [7] && pixels == [Float](repeating: 7 / 255, count: 6))
        }
    }
}
