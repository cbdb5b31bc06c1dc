import Datasets
import Samples
import Testing

@Suite struct ImageSetTests {
    private func set(
        _ input: [Int], _ pixels: [UInt8], _ labels: [Int32], classes: Int = 2
    ) -> ImageSet {
        ImageSet(shape: SampleShape(input: input, target: .classes(classes)), pixels: pixels, labels: labels)
    }

    @Test func pixelsMustFitTheLabels() async {
        await #expect(processExitsWith: .failure) {
            _ = ImageSet(
                shape: SampleShape(input: [2, 2], target: .classes(2)), pixels: [1, 2, 3], labels: [0])
        }
        await #expect(processExitsWith: .failure) {
            _ = ImageSet(
                shape: SampleShape(input: [2, 2], target: .classes(2)), pixels: [1, 2, 3, 4], labels: [2])
        }
    }

    @Test func theDigestTellsSetsApart() {
        let base = set([1, 2], [1, 2, 3, 4], [0, 1])
        let all = [
            base, set([2, 1], [1, 2, 3, 4], [0, 1]), set([2], [1, 2, 3, 4], [0, 1]),
            set([1, 2], [1, 2, 3, 5], [0, 1]), set([1, 2], [1, 2, 3, 4], [1, 1]),
            set([1, 1], [1, 2, 3, 4], [0, 1, 0, 1]),
            // Labels of two bytes and more.
            set([1, 2], [1, 2, 3, 4], [0, 1], classes: 257),
            set([1, 2], [1, 2, 3, 4], [0, 256], classes: 257),
        ]
        #expect(Set(all.map { dataDigest(train: $0, test: base) }).count == all.count)
        #expect(Set(all.map { dataDigest(train: base, test: $0) }).count == all.count)
    }

    /// A source that is no set of images.
    private struct Line: SampleSource {
        let count: Int
        let factor: Float
        let shape = SampleShape(input: [1], target: .numbers([1]))
        func read(_ sample: Int, epoch: Int, into slot: SampleSlot) {
            slot.input[0] = Float(sample)
            slot.numbers[0] = factor * Float(sample)
        }
    }

    @Test func anySourceHasADigest() {
        let line = Line(count: 5, factor: 2)
        let all = [line, Line(count: 4, factor: 2), Line(count: 5, factor: 3)]
        #expect(Set(all.map { dataDigest(train: $0, test: line) }).count == 3)
        #expect(dataDigest(train: line, test: line) == dataDigest(train: line, test: line))
    }
}
