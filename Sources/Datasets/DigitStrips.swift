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
        (image, shape) = try Self.shapes(of: images.shape, digits: digits)
        self.images = images
        self.digits = digits
        self.seed = seed
    }

    /// What strips of such images look like.
    public static func shape(of images: SampleShape, digits: Int) throws(UnsuitableShape) -> SampleShape {
        try shapes(of: images, digits: digits).strip
    }

    private static func shapes(
        of images: SampleShape, digits: Int
    ) throws(UnsuitableShape) -> (image: ImageSize, strip: SampleShape) {
        guard let image = images.image, case .classes(let classes) = images.target else {
            throw UnsuitableShape("a strip of digits", need: "images of one class each", found: images)
        }
        let strip = SampleShape(
            input: images.input.dropLast() + [digits * image.columns],
            target: .sequence(length: digits, classes: classes), classNames: images.classNames)
        return (image, strip)
    }

    /// The places in the set of the digits of a strip, from the left.
    public func places(_ sample: Int, epoch: Int) -> [Int] {
        var stream = stream(sample, epoch)
        return (0..<digits).map { _ in nextPlace(&stream) }
    }

    public func read(_ sample: Int, epoch: Int, into slot: SampleSlot) {
        var stream = stream(sample, epoch)
        let columns = image.columns
        if let images = images as? ImageSet {  // right into their places, without memory between
            for digit in 0..<digits {
                let place = nextPlace(&stream)
                images.copyPixels(
                    of: place, into: slot.input + digit * columns, runs: columns, stride: digits * columns)
                slot.labels[digit] = images.labels[place]
            }
            return
        }
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
