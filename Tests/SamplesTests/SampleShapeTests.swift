import Samples
import Testing

@Suite struct SampleShapeTests {
    @Test func countsWhatASampleHolds() {
        let image = SampleShape(input: [3, 4, 5], target: .classes(7))
        #expect(image.inputCount == 60 && image.classes == 7 && image.labelsPerSample == 1)
        #expect(image.numbers == nil && image.numbersPerSample == 0)
        let strip = SampleShape(input: [4, 15], target: .sequence(length: 3, classes: 7))
        #expect(strip.classes == 7 && strip.labelsPerSample == 3)
        let numbers = SampleShape(input: [2], target: .numbers([2, 3]))
        #expect(numbers.classes == 0 && numbers.labelsPerSample == 0 && numbers.numbersPerSample == 6)
    }

    @Test func anImageHasChannelsRowsAndColumns() {
        func image(_ input: [Int]) -> ImageSize? { SampleShape(input: input, target: .classes(2)).image }
        #expect(image([4, 5]) == ImageSize(channels: 1, rows: 4, columns: 5))
        #expect(image([3, 4, 5]) == ImageSize(channels: 3, rows: 4, columns: 5))
        #expect(image([4]) == nil && image([]) == nil && image([1, 2, 3, 4]) == nil)
    }

    @Test func readsAsASentence() {
        #expect("\(SampleShape(input: [3, 32, 32], target: .classes(10)))" == "3×32×32, 10 classes")
        #expect(
            "\(SampleShape(input: [4, 15], target: .sequence(length: 3, classes: 7)))"
                == "4×15, 3 labels of 7 classes")
        #expect("\(SampleShape(input: [2], target: .numbers([1])))" == "2, one number to tell")
    }

    @Test func namesDoNotDecideWhetherSamplesMatch() {
        let plain = SampleShape(input: [2], target: .classes(2))
        #expect(plain.matches(SampleShape(input: [2], target: .classes(2), classNames: ["a", "b"])))
        #expect(!plain.matches(SampleShape(input: [3], target: .classes(2))))
        #expect(!plain.matches(SampleShape(input: [2], target: .classes(3))))
        #expect(!plain.matches(SampleShape(input: [2], target: .sequence(length: 1, classes: 2))))
    }

    static let shapes: [(SampleShape, String?)] = [
        (.mnist, nil),
        (SampleShape(input: [1], target: .classes(65_536)), nil),
        (SampleShape(input: [1], target: .numbers([1])), nil),
        (SampleShape(input: [2], target: .classes(2), classNames: ["a", "b"]), nil),
        (SampleShape(input: [], target: .numbers([])), nil),
        (SampleShape(input: [2], target: .classes(1)), "expected 2 to 65536 classes, found 1"),
        (SampleShape(input: [2], target: .classes(65_537)), "expected 2 to 65536 classes, found 65537"),
        (
            SampleShape(input: [2], target: .sequence(length: 3, classes: -1)),
            "expected 2 to 65536 classes, found -1"
        ),
        (SampleShape(input: [2], target: .sequence(length: 0, classes: 3)), "at least one label"),
        (SampleShape(input: [0, 5], target: .classes(3)), "every size of a sample must be at least 1"),
        (SampleShape(input: [-1, -5], target: .classes(3)), "every size of a sample must be at least 1"),
        (SampleShape(input: [1 << 31], target: .classes(3)), "at most 1073741824"),
        (SampleShape(input: [.max, .max], target: .classes(3)), "at most 1073741824"),
        (SampleShape(input: [1], target: .numbers([.max, .max])), "at most 1073741824"),
        (
            SampleShape(input: [2], target: .classes(3), classNames: ["a"]),
            "expected a name for each of the 3 classes, found 1 names"
        ),
    ]

    @Test(arguments: shapes.indices)
    func tellsWhatCannotBeLearned(index: Int) {
        let (shape, words) = Self.shapes[index]
        guard let words else { return #expect(shape.problem == nil) }
        #expect(shape.problem?.contains(words) == true, "\(shape.problem ?? "no problem")")
    }

    /// A source of one sample by itself.
    private struct Squares: SampleSource {
        let count = 5
        let shape = SampleShape(input: [2], target: .numbers([1]))
        func read(_ sample: Int, epoch: Int, into slot: SampleSlot) {
            slot.input[0] = Float(sample)
            slot.input[1] = Float(epoch)
            slot.numbers[0] = Float(sample * sample)
        }
    }

    @Test func aSampleCanBeReadByItself() {
        let sample = Squares().sample(3, epoch: 2)
        #expect(sample.input == [3, 2] && sample.labels == [] && sample.numbers == [9])
    }
}
