import Determinism
import Samples

/// Strips of several digits side by side, each drawn from the same set of images, which may show anything: a network
/// reads them from the left.
///
/// The digits of a strip are a pure function of (seed, epoch, number): every epoch shows other strips.
public struct DigitStrips: SampleSource {
    public let images: any SampleSource
    public let digits: Int
    public let shape: SampleShape
    private let image: ImageSize
    private let seed: UInt64

    public var count: Int { images.count }

    /// - Parameter digits: how many stand in a strip.
    /// - Throws: `UnsuitableShape` if the samples are no images of one class each.
    public init(of images: any SampleSource, digits: Int, seed: UInt64) throws(UnsuitableShape) {
        precondition(digits > 0, "a strip needs a digit")
        guard let image = images.shape.image, case .classes(let classes) = images.shape.target else {
            throw UnsuitableShape("a strip of digits", need: "images of one class each", found: images.shape)
        }
        self.images = images
        self.digits = digits
        self.seed = seed
        self.image = image
        shape = SampleShape(
            input: images.shape.input.dropLast() + [digits * image.columns],
            target: .sequence(length: digits, classes: classes), classNames: images.shape.classNames)
    }

    /// The places in the set of the digits of a strip, from the left.
    public func places(_ sample: Int, epoch: Int) -> [Int] {
        var stream = stream(sample, epoch)
        return (0..<digits).map { _ in nextPlace(&stream) }
    }

    public func read(_ sample: Int, epoch: Int, into slot: SampleSlot) {
        var stream = stream(sample, epoch)
        let columns = image.columns
        withUnsafeTemporaryAllocation(of: Float.self, capacity: images.shape.inputCount) { picture in
            guard let base = picture.baseAddress else { return }
            for digit in 0..<digits {
                images.read(
                    nextPlace(&stream), epoch: epoch,
                    into: SampleSlot(input: base, labels: slot.labels + digit, numbers: slot.numbers))
                for row in 0..<image.channels * image.rows {
                    (slot.input + (row * digits + digit) * columns)
                        .update(from: base + row * columns, count: columns)
                }
            }
        }
    }

    private func stream(_ sample: Int, _ epoch: Int) -> RandomStream {
        RandomStream(seed: seed, name: "digit strips", index: sample, step: epoch)
    }

    private func nextPlace(_ stream: inout RandomStream) -> Int {
        Int(stream.nextInteger(below: UInt32(images.count)))
    }
}
