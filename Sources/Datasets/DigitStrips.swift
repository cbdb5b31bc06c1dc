import Determinism

/// Strips of several digits side by side, each digit drawn from the same set.
///
/// The digits of a strip are a pure function of (seed, epoch, number): every epoch shows other strips.
public struct DigitStrips: SampleSource {
    public let images: ImageSet
    public let digits: Int
    private let seed: UInt64

    public var count: Int { images.count }
    public var rows: Int { images.rows }
    public var columns: Int { digits * images.columns }
    public var labelsPerSample: Int { digits }

    /// - Parameter digits: how many stand in a strip.
    public init(of images: ImageSet, digits: Int, seed: UInt64) {
        precondition(digits > 0, "a strip needs a digit")
        self.images = images
        self.digits = digits
        self.seed = seed
    }

    /// The places in the set of the digits of a strip, from the left.
    public func places(_ sample: Int, epoch: Int) -> [Int] {
        var stream = stream(sample, epoch)
        return (0..<digits).map { _ in nextPlace(&stream) }
    }

    public func read(
        _ sample: Int, epoch: Int, pixels: UnsafeMutablePointer<Float>, labels: UnsafeMutablePointer<Int32>
    ) {
        var stream = stream(sample, epoch)
        for digit in 0..<digits {
            let place = nextPlace(&stream)
            images.copyPixels(of: place, into: pixels + digit * images.columns, stride: columns)
            labels[digit] = Int32(images.labels[place])
        }
    }

    private func stream(_ sample: Int, _ epoch: Int) -> RandomStream {
        RandomStream(seed: seed, name: "digit strips", index: sample, step: epoch)
    }

    private func nextPlace(_ stream: inout RandomStream) -> Int {
        Int(stream.nextInteger(below: UInt32(images.count)))
    }
}
